import { Refusal } from "../../base/index.js";
import type { ListKeysRequest } from "../../gen/pinmac/v1/key.js";

/** Which page is wanted. */
export interface PageChoice {
  readonly size: number;
  readonly token?: string;
}

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/**
 * Takes 1 to 1,000 keys, 0 for 100. The token is the register's to judge.
 * @throws Refusal REQUEST_INVALID with field `page_size`
 */
export function parsePageChoice(request: ListKeysRequest): PageChoice {
  if (request.pageSize > MAX_PAGE_SIZE) throw new Refusal("REQUEST_INVALID", { field: "page_size" });
  const size = request.pageSize === 0 ? DEFAULT_PAGE_SIZE : request.pageSize;
  return request.pageToken === "" ? { size } : { size, token: request.pageToken };
}
