import type { SignatureContent } from "./audit-record.js";
import { type AuditPublicKey, type CheckpointSigner, checkpointMessage } from "./checkpoint-signer.js";
import type { ChainHead } from "./parse-record.js";

/**
 * Has a checkpoint signed, and checks the signature.
 * @throws Error when the signer fails, takes too long or signs with another key
 */
export async function signCheckpoint(
  signer: CheckpointSigner,
  publicKey: AuditPublicKey,
  checkpoint: ChainHead,
  seconds: number,
): Promise<SignatureContent> {
  const { seq, hash } = checkpoint;
  const signature = await within(seconds, signer.sign(checkpointMessage(seq, hash)));
  if (!publicKey.holds(seq, hash, signature)) throw new Error("A checkpoint was not signed by the audit key.");
  return {
    kind: "signature",
    checkpoint: seq,
    checkpointHash: hash.toString("hex"),
    keyId: signer.keyId.slice(0, 64),
    signature,
  };
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("A checkpoint was not signed in time.")), seconds * 1_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
