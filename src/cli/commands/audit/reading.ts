import { statSync } from "node:fs";
import { ConfigurationError } from "../../errors/index.js";

/** Runs what reads a log; that its directory cannot be read is no defect. @throws ConfigurationError */
export async function reading<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    if (!statSync(directory).isDirectory()) throw new ConfigurationError(`${directory}: is no directory.`);
    return await work();
  } catch (error) {
    if (isFileSystemError(error))
      throw new ConfigurationError(`${error.path ?? directory}: cannot be read (${codeOf(error)}).`);
    throw error;
  }
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
