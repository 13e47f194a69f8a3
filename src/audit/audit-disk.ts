import { constants } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";

/** A segment that is written to. */
export interface AppendFile {
  /** All the bytes, at the end of the file. */
  write(bytes: Buffer): Promise<void>;
  /** fdatasync */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** What the log asks of the disk: narrow, so that its faults can be put in place of it. */
export interface AuditDisk {
  /** A new file, mode 0600. Rejects when the name exists. */
  create(path: string): Promise<AppendFile>;
  /** An existing one. */
  open(path: string): Promise<AppendFile>;
  /** Makes new and removed names of a folder durable. */
  syncFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** The real one. */
export const nodeDisk: AuditDisk = {
  create: async (path) => appendFile(await open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)),
  open: async (path) => appendFile(await open(path, O_WRONLY | O_APPEND | O_NOFOLLOW)),
  syncFolder,
  remove: unlink,
};

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function appendFile(handle: FileHandle): AppendFile {
  return {
    write: (bytes) => writeWhole(handle, bytes),
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

/** A nearly full disk takes a part and fails only at the next call. */
async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}
