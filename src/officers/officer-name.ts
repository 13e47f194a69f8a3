import { OfficerError } from "./officer-error.js";

declare const brand: unique symbol;

/** The name under which a person is an officer, such as `anna-meier`. It never becomes another person's. */
export type OfficerName = string & { readonly [brand]: "OfficerName" };

const PATTERN = /^(?=.{1,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** @throws OfficerError NAME_INVALID unless it is 1 to 32 small letters, digits and single hyphens between them, a letter first */
export function parseOfficerName(text: string): OfficerName {
  if (!isOfficerName(text)) throw new OfficerError("NAME_INVALID");
  return text;
}

/** Whether `text` may be the name of an officer. */
export function isOfficerName(text: string): text is OfficerName {
  return PATTERN.test(text);
}
