import { createHash } from "node:crypto";
import type { JournalChange } from "./journal-entry.js";

/** The journal's name for a key. */
export function keySubjectName(name: string, version: number): string {
  return `${name}@${version}`;
}

/** The journal's name for a device under a BDK. */
export function initialKeySubjectName(bdkId: string, initialKeyId: Buffer): string {
  return `${bdkId}/${initialKeyId.toString("hex")}`;
}

/** A key row as it is now: its sealed key is its content. */
export function keyChange(name: string, version: number, sealedKey: Buffer): JournalChange {
  return { kind: "key", name: keySubjectName(name, version), digest: keyDigest(sealedKey) };
}

/** A device that is noted now. */
export function initialKeyNoted(bdkId: string, initialKeyId: Buffer): JournalChange {
  return { kind: "initialKey", name: initialKeySubjectName(bdkId, initialKeyId), digest: initialKeyDigest() };
}

/** A device that is noted no longer. */
export function initialKeyReleased(bdkId: string, initialKeyId: Buffer): JournalChange {
  return { kind: "initialKey", name: initialKeySubjectName(bdkId, initialKeyId) };
}

/** A key that a caller keeps: what it is for and whose it is. */
export function keyKept(digest: Buffer, usage: string, owner: string): JournalChange {
  const content = createHash("sha256")
    .update(JSON.stringify([usage, owner]))
    .digest();
  return { kind: "keptKey", name: digest.toString("hex"), digest: content };
}

/** A key row that is gone. */
export function keyDestroyed(name: string, version: number): JournalChange {
  return { kind: "key", name: keySubjectName(name, version) };
}

/** A record of a key's state. */
export function keyStateChange(keyId: string, follows: Buffer, statement: Buffer, approvals: string): JournalChange {
  const digest = createHash("sha256").update(createHash("sha256").update(statement).digest()).update(approvals).digest();
  return { kind: "keyState", name: `${keyId}/${follows.toString("hex")}`, digest };
}

/** SHA-256 of a sealed key. */
export function keyDigest(sealedKey: Buffer): Buffer {
  return createHash("sha256").update(sealedKey).digest();
}

const PRESENT = createHash("sha256").update("pinmac initial key noted v1").digest();

/** Its address is all that such a row says: one digest stands for them all. */
export function initialKeyDigest(): Buffer {
  return PRESENT;
}
