import type { PKCS11 } from "pkcs11js";
import { encodeTemplate, type ObjectTemplate } from "../../../src/hsm/attributes.js";
import { findToken } from "../../../src/hsm/find-token.js";
import { TokenFault } from "../../../src/hsm/index.js";
import { acquireModule, type ModuleLease, type ObjectHandle, type SessionHandle } from "../../../src/hsm/pkcs11.js";
import type { TestToken } from "../../support/softhsm.js";

/** Every call of PKCS#11, not only those that pinmac makes. */
type Calls = Pick<
  PKCS11,
  | "C_OpenSession"
  | "C_CloseSession"
  | "C_CreateObject"
  | "C_CopyObject"
  | "C_GenerateKey"
  | "C_WrapKey"
  | "C_UnwrapKey"
  | "C_DeriveKey"
  | "C_EncryptInit"
  | "C_Encrypt"
  | "C_DecryptInit"
  | "C_Decrypt"
  | "C_SignInit"
  | "C_Sign"
  | "C_GetAttributeValue"
  | "C_SetAttributeValue"
  | "C_FindObjectsInit"
  | "C_FindObjects"
  | "C_FindObjectsFinal"
>;

/** A mechanism with whatever parameter the binding takes. */
export type AttackMechanism = Parameters<Calls["C_WrapKey"]>[1];

/** What an attempt came to: a result, or how the token refused. */
export type Attempt<Result> = { readonly got: Result } | { readonly fault: string };

const READ_WRITE = 0x6;
const VALUE = 0x11;

/** What a careless application gives to the keys it makes: the targets of the attacks' controls. */
export const CARELESS: ObjectTemplate = {
  class: 4,
  token: false,
  private: true,
  sensitive: true,
  extractable: false,
  modifiable: true,
};

/**
 * Code that got into a lane: it shares the process, the module and the login with pinmac, sees every object that pinmac has, and makes
 * any call the token allows.
 */
export class TokenAttacker {
  readonly #lease: ModuleLease;
  readonly #calls: Calls;
  readonly #session: SessionHandle;
  readonly #open: () => SessionHandle;

  /** The token must be open and logged in already, by pinmac. */
  constructor(token: TestToken) {
    this.#lease = acquireModule(token.modulePath, token);
    this.#calls = this.#lease.library as unknown as Calls;
    const { slot } = findToken(this.#lease.library, token);
    this.#open = () => this.#calls.C_OpenSession(slot, READ_WRITE) as SessionHandle;
    this.#session = this.#open();
  }

  close(): void {
    this.#calls.C_CloseSession(this.#session);
    this.#lease.release();
  }

  /** Every object that there is, of the token and of all sessions. */
  objects(): readonly ObjectHandle[] {
    const found: ObjectHandle[] = [];
    this.#calls.C_FindObjectsInit(this.#session, []);
    for (let next = this.#calls.C_FindObjects(this.#session, 100); next.length > 0; ) {
      found.push(...(next as ObjectHandle[]));
      next = this.#calls.C_FindObjects(this.#session, 100);
    }
    this.#calls.C_FindObjectsFinal(this.#session);
    return found;
  }

  /** What is made in `work` lives on with the attacker. */
  attempt<Result>(work: (calls: Calls, session: SessionHandle) => Result): Attempt<Result> {
    try {
      return { got: work(this.#calls, this.#session) };
    } catch (error) {
      return { fault: TokenFault.from(error, "attack").kind };
    }
  }

  /** The result of an attempt that must succeed: the attack's control. */
  must<Result>(work: (calls: Calls, session: SessionHandle) => Result): Result {
    return work(this.#calls, this.#session);
  }

  /** One operation in a session of its own, so that one that was begun and not ended blocks no other. */
  #operate(work: (session: SessionHandle) => Buffer): Buffer | undefined {
    const session = this.#open();
    try {
      return work(session);
    } catch {
      return undefined;
    } finally {
      this.#calls.C_CloseSession(session);
    }
  }

  encrypt(mechanism: AttackMechanism, key: ObjectHandle, input: Buffer): Buffer | undefined {
    return this.#operate((session) => {
      this.#calls.C_EncryptInit(session, mechanism, key);
      return Buffer.from(this.#calls.C_Encrypt(session, input, Buffer.alloc(input.length + 32)));
    });
  }

  decrypt(mechanism: AttackMechanism, key: ObjectHandle, input: Buffer): Buffer | undefined {
    return this.#operate((session) => {
      this.#calls.C_DecryptInit(session, mechanism, key);
      return Buffer.from(this.#calls.C_Decrypt(session, input, Buffer.alloc(input.length + 32)));
    });
  }

  sign(mechanism: AttackMechanism, key: ObjectHandle, input: Buffer): Buffer | undefined {
    return this.#operate((session) => {
      this.#calls.C_SignInit(session, mechanism, key);
      return Buffer.from(this.#calls.C_Sign(session, input, Buffer.alloc(64)));
    });
  }

  wrap(mechanism: AttackMechanism, wrapping: ObjectHandle, target: ObjectHandle): Buffer | undefined {
    const attempt = this.attempt((calls, session) => calls.C_WrapKey(session, mechanism, wrapping, target, Buffer.alloc(128)));
    return "got" in attempt ? Buffer.from(attempt.got) : undefined;
  }

  unwrap(mechanism: AttackMechanism, unwrapping: ObjectHandle, blob: Buffer, template: ObjectTemplate): Attempt<ObjectHandle> {
    return this.attempt(
      (calls, session) => calls.C_UnwrapKey(session, mechanism, unwrapping, blob, encodeTemplate(template)) as ObjectHandle,
    );
  }

  derive(mechanism: AttackMechanism, key: ObjectHandle, template: ObjectTemplate): ObjectHandle | undefined {
    const attempt = this.attempt(
      (calls, session) => calls.C_DeriveKey(session, mechanism, key, encodeTemplate(template)) as ObjectHandle,
    );
    return "got" in attempt ? attempt.got : undefined;
  }

  /** A key of the attacker's own making. */
  create(template: ObjectTemplate): ObjectHandle {
    return this.must((calls, session) => calls.C_CreateObject(session, encodeTemplate(template)) as ObjectHandle);
  }

  /** The value of a key, if the token shows it. */
  readValue(key: ObjectHandle): Buffer | undefined {
    const attempt = this.attempt((calls, session) => calls.C_GetAttributeValue(session, key, [{ type: VALUE }]));
    const value = "got" in attempt ? attempt.got[0]?.value : undefined;
    return Buffer.isBuffer(value) ? value : undefined;
  }
}
