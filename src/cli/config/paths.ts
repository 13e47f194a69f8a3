import { dirname, isAbsolute, resolve } from "node:path";

/** A path of a configuration file, which is relative to that file. */
export function resolveFrom(file: string, path: string): string {
  return isAbsolute(path) ? path : resolve(dirname(file), path);
}

/** An environment value: one that starts with ./ or ../ is a path relative to the file, any other is taken as it is. */
export function resolveValueFrom(file: string, value: string): string {
  return value.startsWith("./") || value.startsWith("../") ? resolve(dirname(file), value) : value;
}
