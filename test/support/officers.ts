import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { AuditPublicKey } from "../../src/audit/index.js";
import {
  type Approval,
  approve,
  type DirectoryChange,
  type Enrolment,
  makeOfficerCard,
  OfficerDirectory,
  OfficerPublicKey,
  type OfficerRole,
  type OfficerSigner,
  parseOfficerName,
} from "../../src/officers/index.js";
import { makeAuditKey, type TestAuditKey } from "./audit.js";

/** The raw public half of an Ed25519 pair, hex. */
export function rawPublicKey(publicKey: KeyObject): string {
  return publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex");
}

/** An officer whose key lies in this process: what key files and tokens do, without either. */
export function makeOfficer(name: string): OfficerSigner {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    officer: { name: parseOfficerName(name), publicKey: OfficerPublicKey.parse(rawPublicKey(publicKey)) },
    sign: async (message) => sign(null, message, privateKey),
    close: () => undefined,
  };
}

export async function enrolmentOf(signer: OfficerSigner, ...roles: OfficerRole[]): Promise<Enrolment> {
  return { card: await makeOfficerCard(signer), roles };
}

/** A directory under test: its officers, its lines, and the token that seals it. */
export interface TestDirectory {
  readonly directory: OfficerDirectory;
  readonly lines: readonly string[];
  readonly token: TestAuditKey;
  readonly key: AuditPublicKey;
}

const AT = Date.UTC(2026, 0, 1);

export async function approveAll(change: DirectoryChange, directory: OfficerDirectory, by: readonly OfficerSigner[]) {
  const draft = directory.draft(change, AT);
  const statement = OfficerDirectory.statementOf(draft);
  const approvals: Approval[] = await Promise.all(by.map((signer) => approve(signer, statement)));
  return { draft, approvals };
}

export async function changeDirectory(
  given: TestDirectory,
  change: DirectoryChange,
  ...by: readonly OfficerSigner[]
): Promise<TestDirectory> {
  const { draft, approvals } = await approveAll(change, given.directory, by);
  const { directory, line } = await given.directory.append(draft, approvals, given.token.signer);
  return { ...given, directory, lines: [...given.lines, line] };
}

/** Founded by two key managers. */
export async function foundDirectory(first: OfficerSigner, second: OfficerSigner): Promise<TestDirectory> {
  const token = makeAuditKey();
  const key = new AuditPublicKey(token.publicKeyPem);
  const officers = [await enrolmentOf(first, "keyManager"), await enrolmentOf(second, "keyManager")] as const;
  const empty = { directory: OfficerDirectory.EMPTY, lines: [], token, key };
  return changeDirectory(empty, { kind: "founded", officers }, first, second);
}
