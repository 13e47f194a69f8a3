import { createHash, hash } from "node:crypto";
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
  const content = hash("sha256", JSON.stringify([usage, owner]), "buffer");
  return { kind: "keptKey", name: digest.toString("hex"), digest: content };
}

/** That a registered key is known by its digest: which one. It stays when the key is destroyed. */
export function keyDigestNoted(digest: Buffer, name: string, version: number): JournalChange {
  const content = hash("sha256", keySubjectName(name, version), "buffer");
  return { kind: "keyDigest", name: digest.toString("hex"), digest: content };
}

/** What is left of a destroyed key: its header. */
export function destroyedKeyNoted(name: string, version: number, header: Buffer): JournalChange {
  return { kind: "destroyedKey", name: keySubjectName(name, version), digest: hash("sha256", header, "buffer") };
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
  return hash("sha256", sealedKey, "buffer");
}

const PRESENT = createHash("sha256").update("pinmac initial key noted v1").digest();

/** Its address is all that such a row says: one digest stands for them all. */
export function initialKeyDigest(): Buffer {
  return PRESENT;
}
