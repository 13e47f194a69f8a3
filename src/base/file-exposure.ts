/** What the operating system says of an open file, as far as it matters here: `fs.Stats` fits. */
export interface FileStatus {
  readonly mode: number;
  readonly uid: number;
  isFile(): boolean;
}

const GROUP_AND_OTHERS = 0o077;
const ROOT = 0;

/**
 * Why a file is not fit to hold a secret: it must be a regular file, owned by this user or root, that nobody else may touch.
 * @returns a sentence, or nothing if all is well
 */
export function describeExposure(file: string, status: FileStatus): string | undefined {
  if (!status.isFile()) return `${file}: is not a regular file.`;
  if ((status.mode & GROUP_AND_OTHERS) !== 0) return `${file}: may be used by others than its owner; chmod 600 it.`;
  if (status.uid !== ROOT && status.uid !== process.geteuid?.()) return `${file}: belongs to another user.`;
  return undefined;
}
