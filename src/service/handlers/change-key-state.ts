import { Refusal } from "../../base/index.js";
import type { ChangeKeyStateRequest, ChangeKeyStateResponse } from "../../gen/pinmac/v1/key.js";
import type { KeyHeader } from "../../keyblock/index.js";
import { acceptChange, isChangeMade, LifecycleError, type RecordedLife, registrableRecord } from "../../lifecycle/index.js";
import type { KeyRegister } from "../../store/index.js";
import { auditedKeyOf } from "../audit-trail.js";
import type { CallContext, Handler } from "../calls/index.js";
import { type KeyLifeSource, lifeOf } from "../key-life.js";
import { requireOperation } from "../operations.js";
import { parseSignedChange, refusalOfChange, type SignedChange } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { describeKey } from "./describe-key.js";
import type { HandlerDependencies } from "./execute.js";

/**
 * KeyService.ChangeKeyState. Who calls decides nothing: two key managers do, and the caller carries what they signed. From the moment the
 * record is in the register it binds every call of every front.
 */
export function changeKeyStateHandler(
  dependencies: HandlerDependencies,
): Handler<ChangeKeyStateRequest, ChangeKeyStateResponse> {
  return async (request, call) => {
    requireOperation(dependencies.operations, "changeKeyState");
    const signed = parseSignedChange(request);
    const { register, lives } = dependencies;
    new RequestKeys(dependencies, call).permit("changeKeyState", { keys: signed.stated.key.name });
    const header = await findHeader(signed, register, call);
    // Where no officers are, nobody is a key manager.
    if (lives === undefined) throw refusalOfChange(new LifecycleError("APPROVALS_INVALID"));
    call.ensureLive();
    await settle(header, signed, register, lives);
    return { key: describeKey(header, lifeOf(lives.find(header)), dependencies.usage?.lastUsed(header.id)) };
  };
}

/** Of a destroyed key too, so that whoever lost the answer can ask again. */
async function findHeader(
  { stated: { key } }: SignedChange,
  register: KeyRegister,
  { usedKeys }: Pick<CallContext, "usedKeys">,
): Promise<KeyHeader> {
  try {
    const { header } = await register.get(key.name, key.version);
    usedKeys.push(auditedKeyOf(header));
    return header;
  } catch (error) {
    usedKeys.push({ name: key.name, version: key.version, checkValue: "" });
    if (!(error instanceof Refusal)) throw error;
    const destroyed = error.reason === "KEY_NOT_FOUND" ? await register.findDestroyed(key.name, key.version) : undefined;
    if (destroyed !== undefined) return destroyed;
    throw new Refusal(error.reason, { field: "statement", cause: error });
  }
}

/** Makes the change, unless it is made. @throws Refusal KEY_STATE_REFUSED, KEY_RECORD_CORRUPT */
async function settle(header: KeyHeader, signed: SignedChange, register: KeyRegister, lives: KeyLifeSource): Promise<void> {
  const { bytes, approvals } = signed;
  const directory = lives.currentDirectory();
  const isMade = () => isChangeMade(recordedLife(header, lives), bytes, approvals, directory);
  try {
    if (isMade()) return;
    const now = Math.floor(Date.now() / 1_000);
    const accepted = acceptChange(header, recordedLife(header, lives), bytes, approvals, directory, now);
    await register.addStates([registrableRecord(header, accepted)]);
  } catch (error) {
    // Another call, here or on another front, was first: it may have been this very change.
    if (error instanceof Refusal && error.reason === "KEY_STATE_REFUSED" && isMade()) return;
    throw refusalOfChange(error);
  }
}

function recordedLife(header: KeyHeader, lives: KeyLifeSource): RecordedLife {
  const known = lives.find(header);
  if (!("life" in known)) throw new Refusal("KEY_RECORD_CORRUPT", { field: "statement", requirement: known.code });
  return known;
}
