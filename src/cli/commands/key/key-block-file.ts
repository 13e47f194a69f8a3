import { writeFileSync } from "node:fs";
import { ConfigurationError } from "../../errors/index.js";
import { readGivenFile } from "../../files/index.js";

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? "unknown error";
}

/** The key block in a file, in ASCII, without the line end after it. @throws ConfigurationError the file cannot be read */
export function readKeyBlockFile(file: string): Buffer {
  return Buffer.from(readGivenFile(file).toString("latin1").trimEnd(), "latin1");
}

/** Writes a key block and a line end into a new file of mode 0600. @throws ConfigurationError the file exists or cannot be written */
export function writeKeyBlockFile(file: string, keyBlock: Buffer): void {
  try {
    writeFileSync(file, `${keyBlock.toString("latin1")}\n`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be written (${reasonOf(cause)}); an existing file is left as it is.`);
  }
}
