import { z } from "zod";
import { type Approval, readApproval } from "../approval.js";
import { readOfficerCard } from "../officer-card.js";
import { parseOfficerName } from "../officer-name.js";
import { OFFICER_ROLES } from "../officer-role.js";
import { type DirectoryChange, type Enrolment, REVOCATION_REASONS } from "./change.js";
import { type DirectoryDraft, writeEntryBody, writeEntryLine } from "./entry.js";

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const roles = z.array(z.enum(OFFICER_ROLES));
const enrolment = z.strictObject({ name: z.string(), publicKey: hex(32), proof: hex(64), roles });
const change = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("founded"), officers: z.tuple([enrolment, enrolment]) }),
  z.strictObject({ kind: z.literal("enrolled"), officer: enrolment }),
  z.strictObject({ kind: z.literal("rolesChanged"), name: z.string(), roles }),
  z.strictObject({ kind: z.literal("revoked"), name: z.string(), reason: z.enum(REVOCATION_REASONS) }),
]);
const entry = z.strictObject({
  seq: z.int().min(1),
  at: z.iso.datetime({ precision: 3 }),
  previous: hex(32),
  change,
  approvals: z.array(z.strictObject({ officer: z.string(), signature: hex(64) })).max(16),
  hash: hex(32),
  seal: hex(64),
});

/** An entry as it was read. Nothing of it is verified but the cards' own signatures. */
export interface ReadEntry {
  readonly draft: DirectoryDraft;
  readonly approvals: readonly Approval[];
  readonly body: string;
  readonly hash: Buffer;
  readonly seal: Buffer;
}

/** @param line without its newline. @returns undefined when it is not an entry in the one form in which it is written */
export function parseEntry(line: string): ReadEntry | undefined {
  try {
    const read = readMembers(entry.parse(JSON.parse(line)));
    return `${line}\n` === writeEntryLine(read.body, read.hash, read.seal) ? read : undefined;
  } catch {
    return undefined;
  }
}

function readMembers(members: z.output<typeof entry>): ReadEntry {
  const follows = { seq: members.seq - 1, hash: Buffer.from(members.previous, "hex") };
  const draft = { follows, at: members.at, change: readChange(members.change) };
  const approvals = members.approvals.map(readApproval);
  return {
    draft,
    approvals,
    body: writeEntryBody(draft, approvals),
    hash: Buffer.from(members.hash, "hex"),
    seal: Buffer.from(members.seal, "hex"),
  };
}

function readChange(given: z.output<typeof change>): DirectoryChange {
  switch (given.kind) {
    case "founded":
      return { kind: "founded", officers: [readEnrolment(given.officers[0]), readEnrolment(given.officers[1])] };
    case "enrolled":
      return { kind: "enrolled", officer: readEnrolment(given.officer) };
    case "rolesChanged":
      return { kind: "rolesChanged", name: parseOfficerName(given.name), roles: given.roles };
    case "revoked":
      return { kind: "revoked", name: parseOfficerName(given.name), reason: given.reason };
  }
}

function readEnrolment({ roles, ...card }: z.output<typeof enrolment>): Enrolment {
  return { card: readOfficerCard(card), roles };
}
