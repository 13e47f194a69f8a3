import { parseCeremonyPlan, type ReadPlan } from "../../src/ceremony/plan/index.js";
import type { OfficerSigner } from "../../src/officers/index.js";

const COMMON = `purpose: A key for the tests
environment: test
token: { label: pinmac, serial: "1a2b3c4d5e6f7a8b" }
transcript: out/transcript.jsonl
`;
const PEOPLE = "officers: { keyManagers: [anna, ben], custodians: [cleo, dora], auditor: fritz }\n";
const TWO_PEOPLE = "officers: { keyManagers: [anna, ben] }\n";
const BDK = `key:
  name: pos/bdk
  usage: B0
  algorithm: TDES
  length: 16
  mode: X
  exportability: N
  dukpt: { type: TDES_2KEY }
  mac: { scheme: ISO9797_1_ALG3, padding: 1, length: 8 }
`;
const fingerprint = (digit: string) => digit.repeat(64);
const newOfficer = (name: string, digit: string) => `{ name: ${name}, fingerprint: "${fingerprint(digit)}" }`;
const NEW_PEOPLE = `officers:
  keyManagers: [${newOfficer("anna", "a")}, ${newOfficer("ben", "b")}]
`;
const CUSTODIANS = `  custodians: [${newOfficer("cleo", "c")}, ${newOfficer("dora", "d")}, ${newOfficer("emil", "e")}]
`;

/** A sound plan of each kind and variant. */
export const PLANS = {
  foundInside: `ceremony: found\n${COMMON}${NEW_PEOPLE}masterKey: { from: token }\n`,
  foundNewComponents: `ceremony: found\n${COMMON}${NEW_PEOPLE}${CUSTODIANS}masterKey: { from: newComponents, components: 3, printer: /dev/usb/lp0 }\n`,
  foundComponents: `ceremony: found\n${COMMON}${NEW_PEOPLE}${CUSTODIANS}masterKey: { from: components, components: 3 }\n`,
  foundShares: `ceremony: found\n${COMMON}${NEW_PEOPLE}${CUSTODIANS}masterKey: { from: newShares, shares: 3, threshold: 3 }\n`,
  restore: `ceremony: restore-master-key\n${COMMON}${NEW_PEOPLE}${CUSTODIANS}masterKey: { from: components, components: 3, expectedCheckValue: "0123456789" }\n`,
  restoreShares: `ceremony: restore-master-key\n${COMMON}${NEW_PEOPLE}${CUSTODIANS}masterKey: { from: shares, threshold: 3, expectedCheckValue: "0123456789" }\n`,
  load: `ceremony: load-key\n${COMMON}${PEOPLE}${BDK}components: 2\nexpectedCheckValue: "a1b2c3"\n`,
  generate: `ceremony: generate-key\n${COMMON}${TWO_PEOPLE}${BDK}`,
  generateComponents: `ceremony: generate-key\n${COMMON}${PEOPLE}${BDK}newComponents: 2\n`,
  importKeyBlock: `ceremony: import-key-block\n${COMMON}${TWO_PEOPLE}key: { name: issuer/zone-pin, usage: P0, algorithm: TDES }\nkeyBlock: in.tr31\nkeyEncryptionKey: { name: scheme/kbpk, version: 1 }\n`,
  exportKeyBlock: `ceremony: export-key-block\n${COMMON}${TWO_PEOPLE}key: { name: issuer/zone-pin, version: 2 }\nkeyEncryptionKey: { name: scheme/kbpk, version: 1 }\nkeyBlock: out.tr31\n`,
  rotate: `ceremony: rotate-key\n${COMMON}${TWO_PEOPLE}${BDK}replaces: 1\noverlapDays: 7\n`,
  rotateComponents: `ceremony: rotate-key\n${COMMON}${PEOPLE}${BDK}replaces: 1\noverlapDays: 7\ncomponents: 2\n`,
  retire: `ceremony: retire-key\n${COMMON}${TWO_PEOPLE}key: { name: pos/bdk, version: 1 }\nreason: replaced\n`,
} as const;
export type PlanName = keyof typeof PLANS;

export function readPlan(text: string): ReadPlan {
  return parseCeremonyPlan(Buffer.from(text), "plan.yaml");
}

/** A plan about the master key with the fingerprints of real keys. */
export function withFingerprints(text: string, signers: readonly OfficerSigner[]): string {
  return signers.reduce(
    (plan, { officer }) =>
      plan.replace(
        new RegExp(`name: ${officer.name}, fingerprint: "[0-9a-f]{64}"`),
        `name: ${officer.name}, fingerprint: "${officer.publicKey.fingerprint}"`,
      ),
    text,
  );
}
