import { ConfigurationError } from "../errors/index.js";

/** Which key: a name, and a version or the newest. */
export interface KeySelector {
  readonly name: string;
  readonly version?: number;
}

const SELECTOR = /^([^@]+)(?:@([1-9][0-9]{0,9}))?$/;

/** Takes `NAME` or `NAME@VERSION`. @throws ConfigurationError */
export function parseKeySelector(text: string): KeySelector {
  const [, name, version] = SELECTOR.exec(text) ?? [];
  if (name === undefined) throw new ConfigurationError("A key is named NAME or NAME@VERSION, with a version from 1.");
  return version === undefined ? { name } : { name, version: Number(version) };
}
