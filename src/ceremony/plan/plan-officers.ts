import type { OfficerName, OfficerRole } from "../../officers/index.js";
import type { CeremonyPlan } from "./ceremony-plan.js";

/** What a person does in one ceremony; nobody has two parts. */
export const PARTS = ["keyManager1", "keyManager2", "custodian", "auditor"] as const;
export type Part = (typeof PARTS)[number];

/** The role that a part needs in the directory. */
export const ROLE_OF_PART: Readonly<Record<Part, OfficerRole>> = {
  keyManager1: "keyManager",
  keyManager2: "keyManager",
  custodian: "custodian",
  auditor: "auditor",
};

/** A person of a ceremony. */
export interface Participant {
  readonly name: OfficerName;
  readonly part: Part;
  /** Of a custodian: the number of their component or share, from 1. */
  readonly component?: number;
  /** Of the officer's key, where no directory knows them yet. */
  readonly fingerprint?: string;
}

/** Everyone in a ceremony: the two key managers, the custodians by component, the auditor. */
export function participantsOf({ officers }: CeremonyPlan): readonly Participant[] {
  const custodians = ("custodians" in officers ? officers.custodians : undefined) ?? [];
  return [
    { ...person(officers.keyManagers[0]), part: "keyManager1" },
    { ...person(officers.keyManagers[1]), part: "keyManager2" },
    ...custodians.map((custodian, index) => ({ ...person(custodian), part: "custodian" as const, component: index + 1 })),
    ...(officers.auditor === undefined ? [] : [{ ...person(officers.auditor), part: "auditor" as const }]),
  ];
}

function person(officer: OfficerName | { readonly name: OfficerName; readonly fingerprint: string }) {
  return typeof officer === "string" ? { name: officer } : officer;
}
