import { type AesWorkingKeyUsage, type DerivationStep, derivationStep } from "./aes-derivation-data.js";
import { type AesDukptType, type DukptKeyType, isWorkingKeyAllowed } from "./aes-key-type.js";
import type { AesKsn } from "./aes-ksn.js";

/** One intermediate derivation key of a device. */
export interface IntermediateStep {
  /** The counter's one-bits taken so far, from the highest: names this key among those of one device, for whoever keeps some. */
  readonly counterSoFar: number;
  /** From the key before, or from the initial key. */
  readonly step: DerivationStep;
}

/** The way from a BDK to one working key, as a list of derivations. Contains no secret. */
export interface AesDukptPlan {
  /** From the BDK. */
  readonly initialKey: DerivationStep;
  /** 1 to 16 steps, each from the key before it; the last one gives the transaction's derivation key. */
  readonly intermediate: readonly IntermediateStep[];
  /** From the last intermediate key. */
  readonly workingKey: DerivationStep;
}

const COUNTER_BITS = 32;

/** Derivation id and counter: what stands in the derivation data of every key but the initial one. */
function distinguish(ksn: AesKsn, counter: number): Buffer {
  const distinguisher = Buffer.alloc(8);
  ksn.initialKeyId.copy(distinguisher, 0, 4, 8);
  distinguisher.writeUInt32BE(counter, 4);
  return distinguisher;
}

function planIntermediateKeys(bdkType: AesDukptType, ksn: AesKsn): IntermediateStep[] {
  const steps: IntermediateStep[] = [];
  let counterSoFar = 0;
  for (let bit = COUNTER_BITS - 1; bit >= 0; bit--) {
    if (((ksn.counter >>> bit) & 1) === 0) continue;
    counterSoFar += 2 ** bit;
    steps.push({ counterSoFar, step: derivationStep("keyDerivation", bdkType, distinguish(ksn, counterSoFar)) });
  }
  return steps;
}

/**
 * Plans AES DUKPT on the host's side (X9.24-3:2017, 6.3.3): the initial key, one intermediate key for each one-bit of the counter,
 * the working key.
 * @param ksn one that `parseAesKsn` took
 * @throws RangeError the working key would be stronger than the BDK: ask `isWorkingKeyAllowed` first
 */
export function planAesDukpt(
  bdkType: AesDukptType,
  ksn: AesKsn,
  usage: AesWorkingKeyUsage,
  workingKeyType: DukptKeyType,
): AesDukptPlan {
  if (!isWorkingKeyAllowed(bdkType, workingKeyType)) throw new RangeError("a working key is never stronger than its BDK");
  return {
    initialKey: planAesInitialKey(bdkType, ksn.initialKeyId),
    intermediate: planIntermediateKeys(bdkType, ksn),
    workingKey: derivationStep(usage, workingKeyType, distinguish(ksn, ksn.counter)),
  };
}

/** The derivation of a device's initial key alone. @param initialKeyId 8 bytes */
export function planAesInitialKey(bdkType: AesDukptType, initialKeyId: Buffer): DerivationStep {
  return derivationStep("initialKey", bdkType, initialKeyId);
}
