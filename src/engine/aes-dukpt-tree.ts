import {
  type AesDukptPlan,
  type AesDukptType,
  type AesKsn,
  type AesWorkingKeyUsage,
  type DukptKeyType,
  executeAesDukptPlan,
  type KeyDeriver,
  planAesDukpt,
} from "../dukpt/index.js";
import type { ObjectHandle, SecretKeyType, TokenSession, WorkingKeyUse } from "../hsm/index.js";
import { AesDukptDevice } from "./aes-dukpt-device.js";
import { TokenKeyDeriver } from "./token-key-deriver.js";

/** Devices whose derivation keys are kept, for each BDK: each has 17 of them at the most. */
export const KEPT_DEVICES = 64;

/** Which working key, and what it does in the token. */
export interface AesWorkingKeyChoice {
  readonly usage: AesWorkingKeyUsage;
  readonly keyType: DukptKeyType;
  readonly use: WorkingKeyUse;
}

function tokenKeyTypeOf(keyType: DukptKeyType): SecretKeyType {
  // The token sets the parity bits of a DES key, which no cipher looks at.
  if (keyType === "TDES_2KEY") return "DES2";
  if (keyType === "TDES_3KEY") return "DES3";
  return keyType.startsWith("AES") ? "AES" : "GENERIC_SECRET";
}

/**
 * What is derived from one AES BDK, all of it inside the token. Working keys live for one use. The derivation keys of the devices that were
 * heard last are kept: a transaction that uses three keys, or follows one of the same device, costs one or two derivations instead of one
 * for each one-bit of its counter and two more.
 */
export class AesDukptTree {
  readonly #bdk: ObjectHandle;
  readonly #type: AesDukptType;
  readonly #deriver: TokenKeyDeriver;
  readonly #keptDevices: number;
  /** By initial key id, in the order of their last use. */
  readonly #devices = new Map<string, AesDukptDevice<ObjectHandle>>();

  /** @param keptDevices 0: nothing is kept */
  constructor(session: TokenSession, bdk: ObjectHandle, type: AesDukptType, keptDevices = KEPT_DEVICES) {
    this.#bdk = bdk;
    this.#type = type;
    this.#deriver = new TokenKeyDeriver(session);
    this.#keptDevices = keptDevices;
  }

  /** The derivation keys that are kept. */
  get handles(): readonly ObjectHandle[] {
    return [...this.#devices.values()].flatMap(({ keys }) => keys);
  }

  /** Derivations made since the BDK was opened. */
  get derivations(): number {
    return this.#deriver.derivations;
  }

  /**
   * Derives a working key, works with it, destroys it.
   * @throws TokenFault: what is kept is not to be relied on then, nor is the session
   */
  withWorkingKey<Result>(ksn: AesKsn, choice: AesWorkingKeyChoice, work: (key: ObjectHandle) => Result): Result {
    const { usage, keyType, use } = choice;
    const plan = planAesDukpt(this.#type, ksn, usage, keyType);
    const deriver = this.#deriver.for({ keyType: tokenKeyTypeOf(keyType), use });
    const key = this.#derive(ksn, plan, deriver);
    try {
      return work(key);
    } finally {
      deriver.destroy(key);
    }
  }

  #derive(ksn: AesKsn, plan: AesDukptPlan, deriver: KeyDeriver<ObjectHandle>): ObjectHandle {
    if (this.#keptDevices === 0) return executeAesDukptPlan(plan, this.#bdk, deriver);
    const derivationKey = this.#deviceOf(ksn, deriver).derivationKey(plan, this.#bdk, deriver);
    return deriver.derive(derivationKey, plan.workingKey, "working");
  }

  #deviceOf({ initialKeyId }: AesKsn, deriver: KeyDeriver<ObjectHandle>): AesDukptDevice<ObjectHandle> {
    const id = initialKeyId.toString("latin1");
    const device = this.#devices.get(id) ?? new AesDukptDevice<ObjectHandle>();
    this.#devices.delete(id);
    this.#devices.set(id, device);
    for (const [oldest, { keys }] of this.#devices) {
      if (this.#devices.size <= this.#keptDevices) break;
      this.#devices.delete(oldest);
      for (const key of keys) deriver.destroy(key);
    }
    return device;
  }
}
