import { timingSafeEqual } from "node:crypto";
import { Refusal } from "../base/index.js";
import { isUseServed, type ObjectHandle, type OpenToken, unwrapPart, type WorkingKeyUse } from "../hsm/index.js";
import { type CheckValue, parseSealedKey } from "../keyblock/index.js";
import { aesWorkingKeyUses, tryAesWorkingKeys } from "./aes-dukpt-keys.js";
import { computeCheckValue } from "./check-value.js";
import { digestUseOf } from "./key-digest.js";
import type { OpenedKey } from "./opened-key.js";
import { type PartPlan, type PlannedHeader, planParts } from "./part-plan.js";
import { computeSeal } from "./seal.js";
import { useHandles } from "./use-handles.js";

type Token = Pick<OpenToken, "session" | "keys" | "capabilities">;

function isSameCheckValue(left: CheckValue, right: CheckValue): boolean {
  return left.method === right.method && left.value.equals(right.value);
}

/** Destroys session objects, unless their session took them along. */
export function destroyHandles(token: Pick<OpenToken, "session">, handles: readonly ObjectHandle[]): void {
  for (const handle of handles) {
    if (token.session.isBroken) return;
    token.session.destroyObject(handle);
  }
}

/**
 * Unwraps the parts as the plan says, computes the key's check value with them, and gives both to `work`. When anything fails, the handles
 * are destroyed; else they are `work`'s.
 */
export function withUnwrappedParts<Result>(
  token: Token,
  plan: PartPlan,
  wrappedParts: readonly Buffer[],
  work: (handles: readonly ObjectHandle[], checkValue: CheckValue) => Result,
): Result {
  const handles: ObjectHandle[] = [];
  try {
    plan.uses.forEach((use, index) => {
      const wrapped = wrappedParts[index];
      if (wrapped === undefined) throw new RangeError("The key has too few parts.");
      handles.push(unwrapPart(token, plan.keyType, use, wrapped));
    });
    return work(handles, computeCheckValue(token, plan, handles, wrappedParts));
  } catch (error) {
    destroyHandles(token, handles);
    throw error;
  }
}

/** @throws Refusal TOKEN_CANNOT when the token lacks a mechanism that the key needs; every other key is served */
function assertServed(
  { capabilities }: Token,
  header: PlannedHeader,
  { uses, checkUse }: PartPlan,
  more: readonly WorkingKeyUse[] = [],
): void {
  const needed = [...uses, checkUse, ...aesWorkingKeyUses(header), ...more];
  if (!needed.every((use) => isUseServed(capabilities, use))) throw new Refusal("TOKEN_CANNOT");
}

/**
 * The check value of parts that are not sealed yet. The working keys of an AES BDK are tried out: a token may refuse some, and must not do
 * so for the first time when a terminal is waiting.
 * @throws Refusal TOKEN_CANNOT; TokenFault
 */
export function checkValueOfParts(token: Token, header: PlannedHeader, wrappedParts: readonly Buffer[]): CheckValue {
  const plan = planParts(header);
  assertServed(token, header, plan, [digestUseOf(header)]);
  return withUnwrappedParts(token, plan, wrappedParts, (handles, checkValue) => {
    const [first] = handles;
    if (header.dukptWorkingKeys !== undefined && first !== undefined) tryAesWorkingKeys(token, header, first);
    destroyHandles(token, handles);
    return checkValue;
  });
}

/**
 * Opens a sealed key: takes it apart, checks its seal in constant time, unwraps its parts with exactly the attributes that its header
 * needs, compares its check value.
 * @returns handles that live until they are destroyed; see `destroyHandles`
 * @throws Refusal SEALED_KEY_INVALID, TOKEN_CANNOT; TokenFault
 */
export function openSealedKey(token: Token, sealedKey: Buffer): OpenedKey {
  const { header, wrappedParts, authenticatedData, cmac } = parseSealedKey(sealedKey);
  if (!timingSafeEqual(computeSeal(token, authenticatedData), cmac)) throw new Refusal("SEALED_KEY_INVALID");
  const plan = planParts(header);
  assertServed(token, header, plan);
  return withUnwrappedParts(token, plan, wrappedParts, (handles, checkValue) => {
    if (!isSameCheckValue(checkValue, header.checkValue)) throw new Refusal("SEALED_KEY_INVALID");
    return useHandles({ token, header, handles, wrappedParts });
  });
}
