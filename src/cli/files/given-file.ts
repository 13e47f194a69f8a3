import { readFileSync } from "node:fs";
import { ConfigurationError } from "../errors/configuration-error.js";

/** A whole file. @throws ConfigurationError with its name and the system's code when it cannot be read */
export function readGivenFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`);
  }
}
