import { DEFAULT_WAITING_DAYS } from "../../lifecycle/index.js";
import { keyDraftOf, type NewKeyPlan, type PlanOf, type ReadPlan } from "../plan/index.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork } from "../run/ceremony-work.js";
import type { CustodianPapers } from "./custodian-papers.js";
import { NewKeySource } from "./key-making.js";
import { getKey, requireNewest, requireNewName } from "./key-versions.js";
import { NewKeyCeremony } from "./new-key.js";
import { readLife } from "./state-changes.js";

/** A key of a partner's: its custodians enter the components. */
export function loadKey(read: ReadPlan, plan: PlanOf<"load-key">, site: CeremonySite): CeremonyWork {
  return firstVersion(read, plan, site, true);
}

/** A new key, inside the token or from components that are shown to custodians, for a partner. */
export function generateKey(
  read: ReadPlan,
  plan: PlanOf<"generate-key">,
  site: CeremonySite,
  papers: CustodianPapers | undefined,
): CeremonyWork {
  return firstVersion(read, plan, site, false, papers);
}

/** The next version of a key. The one before is retired with it, and serves what comes in for the days of the overlap. */
export function rotateKey(
  read: ReadPlan,
  plan: PlanOf<"rotate-key">,
  site: CeremonySite,
  papers: CustodianPapers | undefined,
): CeremonyWork {
  const { key, replaces, overlapDays, environment, components } = plan;
  return new NewKeyCeremony(read, site, {
    source: (token) => new NewKeySource(plan, token, papers),
    draft: async () => {
      await requireNewest(site, key.name, replaces);
      return keyDraftOf(key, replaces + 1, environment);
    },
    isKnown: components !== undefined,
    alsoChange: async (directory) => {
      const { header } = await getKey(site, { name: key.name, version: replaces });
      const change = { kind: "retire", overlapDays, waitingDays: DEFAULT_WAITING_DAYS } as const;
      return [{ header, life: await readLife(site, directory, header), change }];
    },
  });
}

function firstVersion(
  read: ReadPlan,
  plan: Exclude<NewKeyPlan, PlanOf<"rotate-key">>,
  site: CeremonySite,
  isKnown: boolean,
  papers?: CustodianPapers,
): CeremonyWork {
  return new NewKeyCeremony(read, site, {
    source: (token) => new NewKeySource(plan, token, papers),
    draft: async () => {
      await requireNewName(site, plan.key.name);
      return keyDraftOf(plan.key, 1, plan.environment);
    },
    isKnown,
  });
}
