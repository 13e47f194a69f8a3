import { Refusal } from "../../base/index.js";

/** The path of a message within the request, as in the schema; empty for the request itself. */
export type FieldPath = string;

/** The path of a field of the message at `parent`. */
export function fieldAt(parent: FieldPath, name: string): FieldPath {
  return parent === "" ? name : `${parent}.${name}`;
}

/**
 * A message that must be given.
 * @throws Refusal REQUEST_INVALID
 */
export function requireMessage<T>(message: T | undefined, field: FieldPath): T {
  if (message === undefined) throw new Refusal("REQUEST_INVALID", { field });
  return message;
}
