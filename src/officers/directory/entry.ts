import { createHash } from "node:crypto";
import { type Approval, writeApproval } from "../approval.js";
import { writeOfficerCard } from "../officer-card.js";
import { Statement, type StatementFields } from "../statement.js";
import type { DirectoryChange, Enrolment } from "./change.js";

/** Where the directory stands: the number of the last entry, and its hash (32 bytes). */
export interface DirectoryHead {
  readonly seq: number;
  readonly hash: Buffer;
}

/** Before the first entry. */
export const DIRECTORY_START: DirectoryHead = { seq: 0, hash: Buffer.alloc(32) };

/** An entry before it is approved: what it follows, when, and what it says. */
export interface DirectoryDraft {
  readonly follows: DirectoryHead;
  /** ISO 8601, UTC, with milliseconds. The order of the directory is its sequence, not the clock. */
  readonly at: string;
  readonly change: DirectoryChange;
}

const SEAL_DOMAIN = Buffer.from("pinmac officer directory v1\0", "ascii");

/** What two officers sign: the entry's place, its time and every word of it. */
export function draftStatement({ follows, at, change }: DirectoryDraft): Statement {
  const place = { entry: String(follows.seq + 1), follows: follows.hash.toString("hex"), at };
  return Statement.of(`officer.${change.kind}`, { ...place, ...changeFields(change) });
}

function changeFields(change: DirectoryChange): StatementFields {
  switch (change.kind) {
    case "founded":
      return { ...enrolmentFields(change.officers[0], "first"), ...enrolmentFields(change.officers[1], "second") };
    case "enrolled":
      return enrolmentFields(change.officer, "officer");
    case "rolesChanged":
      return { officerName: change.name, officerRoles: change.roles.join(" ") };
    case "revoked":
      return { officerName: change.name, reason: change.reason };
  }
}

function enrolmentFields({ card, roles }: Enrolment, prefix: string): StatementFields {
  return {
    [`${prefix}Name`]: card.name,
    [`${prefix}Roles`]: roles.join(" "),
    [`${prefix}PublicKey`]: card.publicKey.hex,
    [`${prefix}Fingerprint`]: card.publicKey.fingerprint,
  };
}

/** An entry without its hash and seal, as canonical JSON: what is hashed. */
export function writeEntryBody({ follows, at, change }: DirectoryDraft, approvals: readonly Approval[]): string {
  return JSON.stringify({
    seq: follows.seq + 1,
    at,
    previous: follows.hash.toString("hex"),
    change: writeChange(change),
    approvals: approvals.map(writeApproval),
  });
}

function writeChange(change: DirectoryChange): object {
  switch (change.kind) {
    case "founded":
      return { kind: change.kind, officers: change.officers.map(writeEnrolment) };
    case "enrolled":
      return { kind: change.kind, officer: writeEnrolment(change.officer) };
    case "rolesChanged":
      return { kind: change.kind, name: change.name, roles: change.roles };
    case "revoked":
      return { kind: change.kind, name: change.name, reason: change.reason };
  }
}

function writeEnrolment({ card, roles }: Enrolment): object {
  return { ...writeOfficerCard(card), roles };
}

/** SHA-256 over the hash of the entry before and this entry's body. */
export function hashEntry(previous: Buffer, body: string): Buffer {
  return createHash("sha256").update(previous).update(body).digest();
}

/** What the token's audit key signs. */
export function entrySealMessage(hash: Buffer): Buffer {
  return Buffer.concat([SEAL_DOMAIN, hash]);
}

/** The line of the file, with its newline: the body, its hash, the seal (r ‖ s). */
export function writeEntryLine(body: string, hash: Buffer, seal: Buffer): string {
  return `${body.slice(0, -1)},"hash":"${hash.toString("hex")}","seal":"${seal.toString("hex")}"}\n`;
}
