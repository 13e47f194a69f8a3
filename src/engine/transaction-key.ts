import type { SecretBytes } from "../base/index.js";
import { deriveTdesInitialKey, deriveTdesTransactionKey, type TdesKsn } from "../dukpt/index.js";
import type { OpenedBdk } from "./opened-key.js";
import { coverDerivationTraces, derivationDes } from "./working-key-ciphers.js";

/** What a transaction key is derived with: in the token, the BDK stays there. */
export type BdkCiphers = Pick<OpenedBdk, "bdk" | "variant">;

interface HeldKey {
  readonly bdk: BdkCiphers["bdk"];
  readonly ksn: Buffer;
  readonly key: SecretBytes;
}

/** The keys of the command that is being done; undefined outside of `withOneDerivation`. */
let held: HeldKey[] | undefined;

/**
 * Works on one command whose steps may belong to one transaction: its key is derived once for all of them, and wiped on every way out.
 * The work is synchronous and does not nest.
 */
export function withOneDerivation<Result>(work: () => Result): Result {
  const keys: HeldKey[] = [];
  held = keys;
  try {
    return work();
  } finally {
    held = undefined;
    for (const { key } of keys) key.wipe();
  }
}

/** Works with the key of a KSN's transaction, which is not `work`'s to keep or to wipe. @throws TokenFault */
export function withTransactionKey<Result>(bdk: BdkCiphers, ksn: TdesKsn, work: (key: SecretBytes) => Result): Result {
  const keys = held;
  if (keys === undefined) {
    const key = derive(bdk, ksn);
    try {
      return work(key);
    } finally {
      key.wipe();
    }
  }
  const known = keys.find((candidate) => candidate.bdk === bdk.bdk && candidate.ksn.equals(ksn.bytes));
  if (known !== undefined) return work(known.key);
  const key = derive(bdk, ksn);
  keys.push({ bdk: bdk.bdk, ksn: ksn.bytes, key });
  return work(key);
}

function derive({ bdk, variant }: BdkCiphers, ksn: TdesKsn): SecretBytes {
  const initialKey = deriveTdesInitialKey(bdk, variant, ksn);
  try {
    return deriveTdesTransactionKey(initialKey, ksn, derivationDes());
  } finally {
    initialKey.wipe();
    coverDerivationTraces();
  }
}
