import { SecretBytes } from "../base/index.js";
import type { ObjectTemplate } from "./attributes.js";
import { countAuditKeys, findAuditKey } from "./audit-key.js";
import { assertRequiredMechanisms, isAuditServed, readCapabilities } from "./capabilities.js";
import { ClearImport } from "./clear-import.js";
import { createAuditKey, destroyAll, generateTokenKey } from "./create-token-keys.js";
import { withPin } from "./ensure-token.js";
import { type FoundToken, findToken } from "./find-token.js";
import { findFoundingMarkers, isFoundingUnfinished, markFounding } from "./founding-marker.js";
import { findByLabel, findMasterKeys, hasHalfObjects, isOwnKey } from "./master-keys.js";
import { asStartError, type OpenToken } from "./open-token.js";
import { acquireModule, type ModuleLease, type ObjectHandle } from "./pkcs11.js";
import { SEAL_KEY, STORAGE_MASTER_KEY, storageMasterKeyCreation } from "./templates.js";
import { TokenInitializationError } from "./token-initialization-error.js";
import type { TokenOptions } from "./token-options.js";
import { TokenSession } from "./token-session.js";
import { TokenStartError } from "./token-start-error.js";

/** Which token to found, and for which plan. */
export interface FoundingOptions extends TokenOptions {
  /** SHA-256 of the ceremony's plan, 32 bytes; it is left on the token until the founding is finished. */
  readonly planDigest: Buffer;
}

/** The master keys in clear, 32 bytes each. Both stay the caller's to wipe. */
export interface MasterKeyMaterial {
  readonly storageMasterKey: SecretBytes;
  readonly sealKey: SecretBytes;
}

/** A token that is founded has no key of pinmac's, and no remains of one. */
function assertEmpty(session: TokenSession): void {
  if (isFoundingUnfinished(session)) throw new TokenInitializationError("FOUNDING_UNFINISHED");
  if (hasHalfObjects(session)) throw new TokenInitializationError("HALF_OBJECT");
  const { privateKeys, publicKeys } = countAuditKeys(session);
  const masterKeys = findByLabel(session, STORAGE_MASTER_KEY).length + findByLabel(session, SEAL_KEY).length;
  if (privateKeys + publicKeys + masterKeys > 0) throw new TokenInitializationError("KEYS_EXIST");
}

/**
 * The founding of a token: one read-write session from the first look at it until its keys are accepted or destroyed.
 *
 * The order is what makes a killed founding harmless: a mark, then the keys, then whatever proves them, and only when all is well the mark
 * goes (`finish`). A token with the mark is never opened; `clearUnfinishedFounding` empties it.
 */
export class TokenFounding {
  readonly #lease: ModuleLease;
  readonly #session: TokenSession;
  readonly #found: FoundToken;
  readonly #capabilities: OpenToken["capabilities"];
  readonly #planDigest: Buffer;
  readonly #made: ObjectHandle[] = [];

  private constructor(lease: ModuleLease, options: FoundingOptions) {
    this.#lease = lease;
    const token = findToken(lease.library, options);
    if (options.environment === "production" && token.isSoftware) throw new TokenStartError("SOFTWARE_TOKEN_IN_PRODUCTION");
    this.#found = token;
    this.#planDigest = options.planDigest;
    this.#capabilities = readCapabilities(lease.library, token);
    assertRequiredMechanisms(this.#capabilities);
    // Without an audit key nobody could seal the ceremony's transcript.
    if (!isAuditServed(this.#capabilities)) throw new TokenStartError("TOKEN_CANNOT");
    this.#session = new TokenSession(lease.library, token, "readWrite");
    try {
      withPin(options.readPin, (pin) => this.#session.login(pin));
      assertEmpty(this.#session);
    } catch (error) {
      this.#session.close();
      throw error;
    }
  }

  /**
   * Opens the token, which its maker's own tool has initialised and which must hold no key of pinmac's.
   * @throws TokenInitializationError, TokenStartError
   */
  static begin(options: FoundingOptions): TokenFounding {
    const lease = acquireModule(options.modulePath, options);
    try {
      return new TokenFounding(lease, options);
    } catch (error) {
      lease.release();
      throw asStartError(error);
    }
  }

  /** As it describes itself. */
  get found(): FoundToken {
    return this.#found;
  }

  /** Random bytes of the token. The caller wipes them. @throws TokenFault */
  randomBytes(length: number): SecretBytes {
    return SecretBytes.take(this.#session.randomBytes(length));
  }

  /**
   * Makes the token's keys, the master keys of `material` or, without it, inside the token, and reads every attribute back. What fails
   * destroys them.
   * @returns the token for its self-test
   * @throws TokenStartError KEY_ATTRIBUTES_DRIFTED, TOKEN_FAULT
   */
  makeKeys(material?: MasterKeyMaterial): Omit<OpenToken, "close"> {
    try {
      markFounding(this.#session, this.#planDigest);
      if (material === undefined) this.#generateMasterKeys();
      else this.#importMasterKeys(material);
      createAuditKey(this.#session, this.#made);
      const keys = findMasterKeys(this.#session);
      const auditKey = findAuditKey(this.#session);
      if (auditKey === undefined) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
      return { session: this.#session, keys, token: this.#found, capabilities: this.#capabilities, auditKey };
    } catch (error) {
      this.discard();
      throw asStartError(error);
    }
  }

  /** Takes the mark off: from now on the token may be opened. The last thing of a founding. @throws TokenStartError TOKEN_FAULT */
  finish(): void {
    try {
      for (const marker of findFoundingMarkers(this.#session)) this.#session.destroyObject(marker);
    } catch (error) {
      throw asStartError(error);
    }
  }

  /** Destroys what was made, the mark last. Best effort: on a token that fails the mark stays, and nobody opens it. */
  discard(): void {
    try {
      destroyAll(this.#session, this.#made.splice(0));
      this.finish();
    } catch {
      // The session is lost; the mark is still there.
    }
  }

  /** Lets go of the token. May be called twice. */
  close(): void {
    this.#session.close();
    this.#lease.release();
  }

  #generateMasterKeys(): void {
    generateTokenKey(this.#session, storageMasterKeyCreation(), STORAGE_MASTER_KEY, this.#made);
    generateTokenKey(this.#session, SEAL_KEY, SEAL_KEY, this.#made);
  }

  #importMasterKeys({ storageMasterKey, sealKey }: MasterKeyMaterial): void {
    const clear = new ClearImport(this.#session);
    this.#importKey(clear, storageMasterKeyCreation(), STORAGE_MASTER_KEY, storageMasterKey);
    this.#importKey(clear, SEAL_KEY, SEAL_KEY, sealKey);
  }

  #importKey(clear: ClearImport, creation: ObjectTemplate, expected: ObjectTemplate, material: SecretBytes): void {
    // A length in the template of C_UnwrapKey is refused by tokens: the material has one, and it is read back.
    const { valueLength: _, ...template } = creation;
    const key = clear.importAs(template, material);
    this.#made.push(key);
    if (!isOwnKey(this.#session, key, expected)) throw new TokenStartError("KEY_ATTRIBUTES_DRIFTED");
  }
}
