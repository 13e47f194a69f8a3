import { Refusal } from "../base/index.js";

/** Where a page ended: the next one begins after this key. */
export interface PagePosition {
  readonly name: string;
  readonly version: number;
}

/** The position before every key. */
export const FIRST_PAGE: PagePosition = { name: "", version: 0 };

const TOKEN_TEXT = /^(.{1,64})\/([1-9][0-9]{0,9})$/;

/** The opaque text for a position: base64url of `name/version`. */
export function encodePageToken(position: PagePosition): string {
  return Buffer.from(`${position.name}/${position.version}`, "utf8").toString("base64url");
}

/**
 * The position that a token stands for. Only the exact text that `encodePageToken` gives is taken.
 * @throws Refusal REQUEST_INVALID with field `page_token`
 */
export function decodePageToken(token: string): PagePosition {
  const match = TOKEN_TEXT.exec(Buffer.from(token, "base64url").toString("utf8"));
  const [, name, version] = match ?? [];
  if (name !== undefined && version !== undefined) {
    const position = { name, version: Number(version) };
    if (encodePageToken(position) === token) return position;
  }
  throw new Refusal("REQUEST_INVALID", { field: "page_token" });
}
