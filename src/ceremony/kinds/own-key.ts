import { keyDraftOf, type NewKeyPlan, type PlanOf, type ReadPlan } from "../plan/index.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork } from "../run/ceremony-work.js";
import { NewKeySource } from "./key-making.js";
import { newestVersion, requireNewName } from "./key-versions.js";
import { NewKeyCeremony } from "./new-key.js";
import { TokenAtHand } from "./token-at-hand.js";

/** A key of a partner's: its custodians enter the components. */
export function loadKey(read: ReadPlan, plan: PlanOf<"load-key">, site: CeremonySite): CeremonyWork {
  return newKey(read, plan, site, true);
}

/** A new key, inside the token or from components that are shown to custodians, for a partner. */
export function generateKey(read: ReadPlan, plan: PlanOf<"generate-key">, site: CeremonySite): CeremonyWork {
  return newKey(read, plan, site, false);
}

/** The next version of a key. */
export function rotateKey(read: ReadPlan, plan: PlanOf<"rotate-key">, site: CeremonySite): CeremonyWork {
  const token = new TokenAtHand(site, plan);
  return new NewKeyCeremony({
    read,
    site,
    token,
    source: new NewKeySource(plan, token),
    draft: async () => {
      await newestVersion(site, plan.key.name, plan.replaces);
      return keyDraftOf(plan.key, plan.replaces + 1, plan.environment);
    },
    isKnown: plan.components !== undefined,
  });
}

function newKey(read: ReadPlan, plan: Exclude<NewKeyPlan, PlanOf<"rotate-key">>, site: CeremonySite, isKnown: boolean) {
  const token = new TokenAtHand(site, plan);
  return new NewKeyCeremony({
    read,
    site,
    token,
    source: new NewKeySource(plan, token),
    draft: async () => {
      await requireNewName(site, plan.key.name);
      return keyDraftOf(plan.key, 1, plan.environment);
    },
    isKnown,
  });
}
