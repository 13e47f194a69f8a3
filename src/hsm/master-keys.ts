import type { AttributeName, ObjectTemplate } from "./attributes.js";
import { OBJECT_CLASSES } from "./cryptoki.js";
import type { ObjectHandle } from "./pkcs11.js";
import { SEAL_KEY, STORAGE_MASTER_KEY } from "./templates.js";
import { TokenFault } from "./token-fault.js";
import type { TokenSession } from "./token-session.js";
import { TokenStartError } from "./token-start-error.js";

/** The handles of the two keys that everything else hangs on. */
export interface MasterKeys {
  readonly storageMasterKey: ObjectHandle;
  readonly sealKey: ObjectHandle;
}

/** All token objects of that template's class and label; more than three need no counting. */
export function findByLabel(session: TokenSession, template: ObjectTemplate): readonly ObjectHandle[] {
  if (template.class === undefined || template.label === undefined) throw new TypeError("A token key has a class and a label.");
  return session.findObjects({ class: template.class, token: true, label: template.label }, 3);
}

function isSameValue(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => item === right[index]);
  }
  if (Buffer.isBuffer(left) && Buffer.isBuffer(right)) return left.equals(right);
  return left === right;
}

/** Whether the object has every attribute of the template, read back from the token. */
export function hasAttributes(session: TokenSession, object: ObjectHandle, template: ObjectTemplate): boolean {
  const names = Object.keys(template) as AttributeName[];
  try {
    const actual = session.readAttributes(object, names);
    return names.every((name) => isSameValue(actual.get(name), template[name]));
  } catch (error) {
    // An attribute that is not there at all.
    if (error instanceof TokenFault && !error.isFatal) return false;
    throw error;
  }
}

/**
 * Whether the object is one of the token's own keys as pinmac makes them. Of a key that was unwrapped into them, tokens may report length 0
 * (SoftHSM does): its length was proven by a known answer when it came in.
 */
export function isOwnKey(session: TokenSession, object: ObjectHandle, template: ObjectTemplate): boolean {
  return hasAttributes(session, object, template) || hasAttributes(session, object, { ...template, valueLength: 0 });
}

function findOne(session: TokenSession, template: ObjectTemplate): ObjectHandle {
  const [object, ...others] = findByLabel(session, template);
  if (object === undefined || others.length > 0) throw new TokenStartError("KEYS_MISSING");
  if (!isOwnKey(session, object, template)) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  return object;
}

/**
 * The token's keys: exactly one of each label, with exactly the attributes that pinmac gives them. The template that unwrapped keys must
 * fit cannot be read back; the engine's self-test proves that it is enforced.
 * @throws TokenStartError KEYS_MISSING, KEY_ATTRIBUTES_DRIFTED; TokenFault
 */
export function findMasterKeys(session: TokenSession): MasterKeys {
  return { storageMasterKey: findOne(session, STORAGE_MASTER_KEY), sealKey: findOne(session, SEAL_KEY) };
}

/** Of these keys a length of 0 says nothing: see `isOwnKey`. */
const OWN_LABELS: readonly unknown[] = [STORAGE_MASTER_KEY.label, SEAL_KEY.label];

/** What a killed creation leaves: secret keys of the token without label or without value. */
export function hasHalfObjects(session: TokenSession): boolean {
  const keys = session.findObjects({ class: OBJECT_CLASSES.SECRET_KEY, token: true }, 1_000);
  return keys.some((key) => {
    const attributes = session.readAttributes(key, ["label", "valueLength"]);
    const label = attributes.get("label");
    return label === "" || (attributes.get("valueLength") === 0 && !OWN_LABELS.includes(label));
  });
}
