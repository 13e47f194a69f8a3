import { Refusal } from "../../base/index.js";
import type { KeyFilter as WireFilter } from "../../gen/pinmac/v1/key.js";
import { KEY_USAGES } from "../../keyblock/index.js";
import { KEY_STATES, type KeyFilter } from "../../lifecycle/index.js";
import { parseKeyPattern } from "../../policy/key-pattern.js";

/**
 * Takes what keys must have to be listed; what is empty is not asked for.
 * @throws Refusal REQUEST_INVALID with the field, for a value that no key can have
 */
export function parseKeyFilter(filter: WireFilter | undefined): KeyFilter {
  if (filter === undefined) return {};
  const { name, usage, owner, state, expiresBefore } = filter;
  return {
    ...(name !== "" && { name: known(parseKeyPattern(name), "name") }),
    ...(usage !== "" && { usage: known(find(KEY_USAGES, usage), "usage") }),
    ...(owner !== "" && { owner }),
    ...(state !== "" && { state: known(find(KEY_STATES, state), "state") }),
    ...(expiresBefore !== undefined && { expiresBefore: Number(expiresBefore.seconds) }),
  };
}

function find<Text extends string>(texts: readonly Text[], text: string): Text | undefined {
  return texts.find((candidate) => candidate === text);
}

function known<Value>(value: Value | undefined, field: string): Value {
  if (value === undefined) throw new Refusal("REQUEST_INVALID", { field: `filter.${field}` });
  return value;
}
