import { OfficerError } from "./officer-error.js";
import { type OfficerName, parseOfficerName } from "./officer-name.js";
import { OfficerPublicKey } from "./officer-public-key.js";
import type { OfficerSigner } from "./officer-signer.js";
import { Statement } from "./statement.js";

/**
 * What an officer hands over to be enrolled: name and public key, signed with that key, so that nobody is enrolled with a key that is not
 * theirs. It is no secret; that it is this person's, those who enrol them confirm by comparing the fingerprint.
 */
export interface OfficerCard {
  readonly name: OfficerName;
  readonly publicKey: OfficerPublicKey;
  /** Ed25519, 64 bytes. */
  readonly proof: Buffer;
}

/** As files hold it. */
export interface OfficerCardRecord {
  readonly name: string;
  readonly publicKey: string;
  readonly proof: string;
}

const FORMAT = "pinmac officer card v1";
const PROOF = /^[0-9a-f]{128}$/;

/** The card of whoever holds `signer`. */
export async function makeOfficerCard(signer: OfficerSigner): Promise<OfficerCard> {
  const { name, publicKey } = signer.officer;
  return { name, publicKey, proof: await signer.sign(cardStatement(name, publicKey).bytes) };
}

/** For a file. */
export function writeOfficerCard({ name, publicKey, proof }: OfficerCard): OfficerCardRecord {
  return { name, publicKey: publicKey.hex, proof: proof.toString("hex") };
}

/** @throws OfficerError NAME_INVALID, PUBLIC_KEY_INVALID; CARD_INVALID when its own key did not sign it */
export function readOfficerCard(record: OfficerCardRecord): OfficerCard {
  const [name, publicKey] = [parseOfficerName(record.name), OfficerPublicKey.parse(record.publicKey)];
  const proof = Buffer.from(PROOF.test(record.proof) ? record.proof : "", "hex");
  if (!publicKey.signed(cardStatement(name, publicKey).bytes, proof)) throw new OfficerError("CARD_INVALID");
  return { name, publicKey, proof };
}

/** The text of a card file. */
export function formatOfficerCard(card: OfficerCard): string {
  return `${JSON.stringify({ format: FORMAT, ...writeOfficerCard(card) }, undefined, 2)}\n`;
}

/** @throws OfficerError CARD_INVALID, NAME_INVALID, PUBLIC_KEY_INVALID */
export function parseOfficerCard(text: string): OfficerCard {
  const { format, name, publicKey, proof, ...others } = parseObject(text);
  const isCard = format === FORMAT && Object.keys(others).length === 0;
  if (!isCard || typeof name !== "string" || typeof publicKey !== "string" || typeof proof !== "string") {
    throw new OfficerError("CARD_INVALID");
  }
  return readOfficerCard({ name, publicKey, proof });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new OfficerError("CARD_INVALID", cause);
  }
  throw new OfficerError("CARD_INVALID");
}

function cardStatement(name: OfficerName, publicKey: OfficerPublicKey): Statement {
  return Statement.of("officer.card", { name, publicKey: publicKey.hex });
}
