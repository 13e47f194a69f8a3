import type { ListKeysRequest, ListKeysResponse } from "../../gen/pinmac/v1/key.js";
import { passesFilter } from "../../lifecycle/index.js";
import type { Handler } from "../calls/index.js";
import { lifeOf } from "../key-life.js";
import { parseKeyFilter, parsePageChoice } from "../parse/index.js";
import { describeKey } from "./describe-key.js";
import type { HandlerDependencies } from "./execute.js";

/**
 * KeyService.ListKeys. What the register holds and the caller may see: a page may have fewer keys than asked for, or none, and still be
 * followed by another. No seal is checked, GetKey does that.
 */
export function listKeysHandler(dependencies: HandlerDependencies): Handler<ListKeysRequest, ListKeysResponse> {
  return async (request, { permission }) => {
    permission.requireSome("listKeys");
    const { size, token } = parsePageChoice(request);
    const filter = parseKeyFilter(request.filter);
    const { records, nextPageToken } = await dependencies.register.list(size, token);
    const visible = records
      .filter(({ header }) => permission.allows("listKeys", { keys: header.name }))
      .map(({ header }) => ({ header, life: lifeOf(dependencies.lives?.find(header)) }))
      .filter(({ header, life }) => passesFilter(header, life, filter));
    const keys = visible.map(({ header, life }) => describeKey(header, life, dependencies.usage?.lastUsed(header.id)));
    return { keys, nextPageToken: nextPageToken ?? "" };
  };
}
