import { AUDIT_KEY_LABEL } from "./audit-public-key.js";
import { OBJECT_CLASSES } from "./cryptoki.js";
import { type InitializeTokenOptions, withPin } from "./ensure-token.js";
import { findToken } from "./find-token.js";
import { findFoundingMarkers, isFoundingUnfinished } from "./founding-marker.js";
import { asStartError } from "./open-token.js";
import { acquireModule, type ObjectHandle } from "./pkcs11.js";
import { SEAL_KEY_LABEL, STORAGE_MASTER_KEY_LABEL } from "./templates.js";
import { TokenFault } from "./token-fault.js";
import { TokenInitializationError } from "./token-initialization-error.js";
import { TokenSession } from "./token-session.js";

/** What pinmac makes on a token, and "", which is all that a killed creation got to. */
const REMAINS: readonly unknown[] = [STORAGE_MASTER_KEY_LABEL, SEAL_KEY_LABEL, AUDIT_KEY_LABEL, ""];
const KEY_CLASSES = [OBJECT_CLASSES.SECRET_KEY, OBJECT_CLASSES.PRIVATE_KEY, OBJECT_CLASSES.PUBLIC_KEY] as const;

function findRemains(session: TokenSession): readonly ObjectHandle[] {
  const keys = KEY_CLASSES.flatMap((keyClass) => session.findObjects({ class: keyClass, token: true }, 1_000));
  return keys.filter((key) => REMAINS.includes(session.readAttributes(key, ["label"]).get("label")));
}

function clear(session: TokenSession): number {
  if (!isFoundingUnfinished(session)) throw new TokenInitializationError("NO_UNFINISHED_FOUNDING");
  const remains = findRemains(session);
  for (const object of remains) session.destroyObject(object);
  // The mark goes last: a clearing that is killed is repeated.
  for (const marker of findFoundingMarkers(session)) session.destroyObject(marker);
  return remains.length;
}

/**
 * Destroys what a founding left on a token that was not finished: pinmac's keys and half objects, then the mark. A token without the mark
 * is left as it is: its keys are in use.
 * @returns how many objects were destroyed, the mark not counted
 * @throws TokenInitializationError NO_UNFINISHED_FOUNDING; TokenStartError
 */
export function clearUnfinishedFounding(options: InitializeTokenOptions): number {
  const lease = acquireModule(options.modulePath, options);
  try {
    const session = new TokenSession(lease.library, findToken(lease.library, options), "readWrite");
    try {
      withPin(options.readPin, (pin) => session.login(pin));
      return clear(session);
    } finally {
      session.close();
    }
  } catch (error) {
    throw error instanceof TokenFault ? asStartError(error) : error;
  } finally {
    lease.release();
  }
}
