import type { SecretBytes } from "../base/index.js";
import {
  type AttributeName,
  decodeAttribute,
  type EncodedTemplate,
  encodeQuery,
  encodeTemplate,
  type ObjectTemplate,
} from "./attributes.js";
import { FLAGS, USERS } from "./cryptoki.js";
import type { FoundToken } from "./find-token.js";
import type { Mechanism, ObjectHandle, Pkcs11Library, SessionHandle } from "./pkcs11.js";
import { TokenFault } from "./token-fault.js";
import { TokenStartError } from "./token-start-error.js";

const USER_ALREADY_LOGGED_IN = 0x100;

/** Of no length, but somewhere: the binding passes an empty buffer of its own as a null pointer, which tokens refuse. */
const EMPTY_MESSAGE = Buffer.from(new ArrayBuffer(8)).subarray(0, 0);

/**
 * One session on one token, with every primitive that pinmac uses. Calls are synchronous; nobody shares a session.
 *
 * After a fault that leaves an operation open, or says that session or token are gone, the session is broken: it is closed at once and
 * every later call fails. Handles die with it.
 */
export class TokenSession {
  readonly #library: Pkcs11Library;
  readonly #session: SessionHandle;
  #broken = false;
  #closed = false;
  #objectsCreated = 0;

  constructor(library: Pkcs11Library, token: FoundToken, access: "readOnly" | "readWrite") {
    this.#library = library;
    const flags = FLAGS.SERIAL_SESSION | (access === "readWrite" ? FLAGS.RW_SESSION : 0);
    try {
      this.#session = library.C_OpenSession(token.slot, flags);
    } catch (error) {
      throw new TokenStartError("TOKEN_FAULT", TokenFault.from(error, "C_OpenSession"));
    }
  }

  /** Objects that this session has made, those that were destroyed since included: some modules keep memory of each. */
  get objectsCreated(): number {
    return this.#objectsCreated;
  }

  /** Broken or closed: its handles are dead. */
  get isBroken(): boolean {
    return this.#broken || this.#closed;
  }

  /**
   * Logs in. The process may be logged in already, by another session of its own.
   *
   * The binding takes the PIN as a string only. A string cannot be wiped: this one lives until the garbage collector reuses its
   * memory, here and, as a copy, in the binding. That is why only lanes and the CLI log in, once in their lives.
   * @throws TokenStartError PIN_INVALID, PIN_LOCKED, TOKEN_FAULT
   */
  login(pin: SecretBytes, user: keyof typeof USERS = "USER"): void {
    try {
      this.#library.C_Login(this.#session, USERS[user], pin.expose().toString("utf8"));
    } catch (error) {
      const fault = TokenFault.from(error, "C_Login");
      if (fault.code === USER_ALREADY_LOGGED_IN) return;
      if (fault.kind === "pin") throw new TokenStartError("PIN_INVALID", fault);
      throw new TokenStartError(fault.kind === "pinLocked" ? "PIN_LOCKED" : "TOKEN_FAULT", fault);
    }
  }

  /** Ends the login of the whole process on this token. */
  logout(): void {
    this.#call("C_Logout", () => this.#library.C_Logout(this.#session));
  }

  /** Sets the user PIN; the session is the security officer's. */
  initialisePin(pin: SecretBytes): void {
    this.#call("C_InitPIN", () => this.#library.C_InitPIN(this.#session, pin.expose().toString("utf8")));
  }

  /** Up to `limit` objects with those attributes. */
  findObjects(attributes: ObjectTemplate, limit: number): readonly ObjectHandle[] {
    return this.#operate("C_FindObjects", () => {
      this.#library.C_FindObjectsInit(this.#session, encodeTemplate(attributes));
      const found = this.#library.C_FindObjects(this.#session, limit);
      this.#library.C_FindObjectsFinal(this.#session);
      return found;
    });
  }

  /** Attributes of an object, decoded. */
  readAttributes(object: ObjectHandle, names: readonly AttributeName[]): ReadonlyMap<AttributeName, unknown> {
    const values = this.#call("C_GetAttributeValue", () =>
      this.#library.C_GetAttributeValue(this.#session, object, encodeQuery(names)),
    );
    return new Map(
      names.map((name, index) => {
        const bytes = values[index]?.value ?? Buffer.alloc(0);
        return [name, decodeAttribute(name, bytes)];
      }),
    );
  }

  /**
   * Makes an object of values at hand. The binding frees them unwiped: for published test keys only, never for a secret.
   */
  createObject(template: EncodedTemplate): ObjectHandle {
    return this.#create(1, "C_CreateObject", () => this.#library.C_CreateObject(this.#session, template));
  }

  generateKey(mechanism: Mechanism, template: EncodedTemplate): ObjectHandle {
    return this.#create(1, "C_GenerateKey", () => this.#library.C_GenerateKey(this.#session, mechanism, template));
  }

  generateKeyPair(
    mechanism: Mechanism,
    publicKey: EncodedTemplate,
    privateKey: EncodedTemplate,
  ): { readonly publicKey: ObjectHandle; readonly privateKey: ObjectHandle } {
    return this.#create(2, "C_GenerateKeyPair", () =>
      this.#library.C_GenerateKeyPair(this.#session, mechanism, publicKey, privateKey),
    );
  }

  /** @returns the wrapped key in a buffer of its own */
  wrapKey(mechanism: Mechanism, wrapping: ObjectHandle, key: ObjectHandle): Buffer {
    return this.#call("C_WrapKey", () =>
      Buffer.from(this.#library.C_WrapKey(this.#session, mechanism, wrapping, key, Buffer.alloc(128))),
    );
  }

  unwrapKey(mechanism: Mechanism, unwrapping: ObjectHandle, wrapped: Buffer, template: EncodedTemplate): ObjectHandle {
    return this.#create(1, "C_UnwrapKey", () =>
      this.#library.C_UnwrapKey(this.#session, mechanism, unwrapping, wrapped, template),
    );
  }

  deriveKey(mechanism: Mechanism, parent: ObjectHandle, template: EncodedTemplate): ObjectHandle {
    return this.#create(1, "C_DeriveKey", () => this.#library.C_DeriveKey(this.#session, mechanism, parent, template));
  }

  destroyObject(object: ObjectHandle): void {
    this.#call("C_DestroyObject", () => this.#library.C_DestroyObject(this.#session, object));
  }

  /** `length` random bytes of the token, in a buffer of their own. */
  randomBytes(length: number): Buffer {
    return this.#call("C_GenerateRandom", () => this.#library.C_GenerateRandom(this.#session, Buffer.alloc(length)));
  }

  /** Enciphers `input` into `output`, which is as long. */
  encrypt(mechanism: Mechanism, key: ObjectHandle, input: Buffer, output: Buffer): void {
    let started = false;
    try {
      this.#assertUsable("C_EncryptInit");
      this.#library.C_EncryptInit(this.#session, mechanism, key);
      started = true;
      this.#checkLength(this.#library.C_Encrypt(this.#session, input, output), input.length, "C_Encrypt");
    } catch (error) {
      throw this.#fail(error, started ? "C_Encrypt" : "C_EncryptInit", started);
    }
  }

  /** Deciphers `input` into `output`, which is as long. */
  decrypt(mechanism: Mechanism, key: ObjectHandle, input: Buffer, output: Buffer): void {
    let started = false;
    try {
      this.#assertUsable("C_DecryptInit");
      this.#library.C_DecryptInit(this.#session, mechanism, key);
      started = true;
      this.#checkLength(this.#library.C_Decrypt(this.#session, input, output), input.length, "C_Decrypt");
    } catch (error) {
      throw this.#fail(error, started ? "C_Decrypt" : "C_DecryptInit", started);
    }
  }

  /** A MAC of `length` bytes, in a buffer of its own. */
  sign(mechanism: Mechanism, key: ObjectHandle, message: Buffer, length: number): Buffer {
    let started = false;
    try {
      this.#assertUsable("C_SignInit");
      this.#library.C_SignInit(this.#session, mechanism, key);
      started = true;
      const output = Buffer.alloc(length);
      const input = message.length === 0 ? EMPTY_MESSAGE : message;
      this.#checkLength(this.#library.C_Sign(this.#session, input, output), length, "C_Sign");
      return output;
    } catch (error) {
      throw this.#fail(error, started ? "C_Sign" : "C_SignInit", started);
    }
  }

  /** Closes the session; what it held is gone. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#library.C_CloseSession(this.#session);
    } catch {
      // It was closed by the token already.
    }
  }

  /** A call that leaves no operation open. */
  #call<Result>(operation: string, work: () => Result): Result {
    try {
      this.#assertUsable(operation);
      return work();
    } catch (error) {
      throw this.#fail(error, operation, false);
    }
  }

  /** A call that makes objects. */
  #create<Result>(objects: number, operation: string, work: () => Result): Result {
    const result = this.#call(operation, work);
    this.#objectsCreated += objects;
    return result;
  }

  /** Calls that leave an operation open when one of them fails. */
  #operate<Result>(operation: string, work: () => Result): Result {
    try {
      this.#assertUsable(operation);
      return work();
    } catch (error) {
      throw this.#fail(error, operation, true);
    }
  }

  #assertUsable(operation: string): void {
    if (this.isBroken) throw new TokenFault("sessionLost", operation);
  }

  #checkLength(output: Buffer, length: number, operation: string): void {
    if (output.length !== length) throw new TokenFault("device", operation);
  }

  #fail(error: unknown, operation: string, operationOpen: boolean): TokenFault {
    const fault = TokenFault.from(error, operation);
    if (operationOpen || fault.isFatal) {
      this.#broken = true;
      this.close();
    }
    return fault;
  }
}
