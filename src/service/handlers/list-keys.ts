import type { ListKeysRequest, ListKeysResponse } from "../../gen/pinmac/v1/key.js";
import type { Handler } from "../calls/index.js";
import { parsePageChoice } from "../parse/index.js";
import { describeKey } from "./describe-key.js";
import type { HandlerDependencies } from "./execute.js";

/** KeyService.ListKeys. What the register holds; no seal is checked, GetKey does that. */
export function listKeysHandler(dependencies: HandlerDependencies): Handler<ListKeysRequest, ListKeysResponse> {
  return async (request) => {
    const { size, token } = parsePageChoice(request);
    const { records, nextPageToken } = await dependencies.register.list(size, token);
    return { keys: records.map(({ header }) => describeKey(header)), nextPageToken: nextPageToken ?? "" };
  };
}
