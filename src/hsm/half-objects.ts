import { OBJECT_CLASSES } from "./cryptoki.js";
import { type InitializeTokenOptions, withPin } from "./ensure-token.js";
import { findToken } from "./find-token.js";
import { asStartError } from "./open-token.js";
import { acquireModule, type ObjectHandle } from "./pkcs11.js";
import { TokenFault } from "./token-fault.js";
import { TokenInitializationError } from "./token-initialization-error.js";
import { TokenSession } from "./token-session.js";

/** More than any token in order has. */
const MOST = 1_000;

/** Nothing that can be used as a key has none of these: a name, an identifier, a value and its check value. */
const SIGNS_OF_LIFE = ["label", "id", "valueLength", "checkValue"] as const;

function hasSign(session: TokenSession, object: ObjectHandle, name: (typeof SIGNS_OF_LIFE)[number]): boolean {
  try {
    const value = session.readAttributes(object, [name]).get(name);
    return Buffer.isBuffer(value) ? value.length > 0 : value !== "" && value !== 0;
  } catch (error) {
    // An attribute that is not there at all.
    if (error instanceof TokenFault && !error.isFatal) return false;
    throw error;
  }
}

/**
 * What a killed creation leaves and nobody can use: secret keys of the token without label, identifier, value and check value. A key that
 * has one of these may be somebody's, and is not among them.
 */
export function findHalfObjects(session: TokenSession): readonly ObjectHandle[] {
  const keys = session.findObjects({ class: OBJECT_CLASSES.SECRET_KEY, token: true }, MOST);
  return keys.filter((key) => !SIGNS_OF_LIFE.some((name) => hasSign(session, key, name)));
}

function onToken<Result>(
  options: InitializeTokenOptions,
  access: "readOnly" | "readWrite",
  work: (session: TokenSession) => Result,
): Result {
  const lease = acquireModule(options.modulePath, options);
  try {
    const session = new TokenSession(lease.library, findToken(lease.library, options), access);
    try {
      withPin(options.readPin, (pin) => session.login(pin));
      return work(session);
    } finally {
      session.close();
    }
  } catch (error) {
    throw error instanceof TokenFault ? asStartError(error) : error;
  } finally {
    lease.release();
  }
}

/** How many half objects the token holds. Changes nothing. @throws TokenStartError */
export function countHalfObjects(options: InitializeTokenOptions): number {
  return onToken(options, "readOnly", (session) => findHalfObjects(session).length);
}

/**
 * Destroys the half objects of a token.
 * @param expected how many there were when a person agreed to it: with another number nothing is destroyed, for a creation may be under way
 * @throws TokenInitializationError HALF_OBJECTS_CHANGED; TokenStartError
 */
export function destroyHalfObjects(options: InitializeTokenOptions, expected: number): void {
  onToken(options, "readWrite", (session) => {
    const found = findHalfObjects(session);
    if (found.length !== expected) throw new TokenInitializationError("HALF_OBJECTS_CHANGED");
    for (const object of found) session.destroyObject(object);
  });
}
