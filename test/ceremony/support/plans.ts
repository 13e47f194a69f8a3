import type { CeremonyPlace } from "./ceremony-place.js";

/** Everyone who has a part in these ceremonies. */
export const NAMES = ["anna", "ben", "carla", "dan", "eva", "fred"] as const;

/** The officers of a founding: two key managers, three custodians, an auditor. */
export function foundingOfficers(place: CeremonyPlace): string {
  const [anna, ben, carla, dan, eva, fred] = NAMES.map((name) => place.newOfficer(name));
  return `officers:\n  keyManagers: [${anna}, ${ben}]\n  custodians: [${carla}, ${dan}, ${eva}]\n  auditor: ${fred}\n`;
}

/** A founding with a master key from three new components. */
export function foundingPlan(place: CeremonyPlace, name = "found"): string {
  return place.plan(name, "found", `${foundingOfficers(place)}masterKey: { from: newComponents, components: 3 }\n`);
}

/** The key of the tests' ceremonies. */
const BDK =
  "key:\n  name: pos/bdk\n  owner: acquirer\n  usage: B0\n  algorithm: TDES\n  length: 16\n  mode: X\n  exportability: N\n" +
  "  dukpt: { type: TDES_2KEY }\n";

/** A BDK from two components that custodians bring. */
export function loadingPlan(place: CeremonyPlace, more = "", name = "load"): string {
  const officers = "officers: { keyManagers: [anna, ben], custodians: [carla, dan] }\n";
  return place.plan(name, "load-key", `${officers}${BDK}components: 2\n${more}`);
}

const ZONE_KEY = (name: string, usage: string, more: string) =>
  `key:\n  name: ${name}\n  usage: ${usage}\n  algorithm: AES\n  length: 32\n  mode: B\n${more}`;

/** An AES key that the token makes; without custodians the shortest ceremony there is. */
export function generatingPlan(
  place: CeremonyPlace,
  key: string,
  usage: string,
  more: string,
  name = "generate",
  custodians: readonly string[] = [],
): string {
  const people = custodians.length === 0 ? "" : `, custodians: [${custodians}]`;
  return place.plan(name, "generate-key", `officers: { keyManagers: [anna, ben]${people} }\n${ZONE_KEY(key, usage, more)}`);
}
