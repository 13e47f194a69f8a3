import type { KeyHeaderDraft } from "../../keyblock/index.js";
import { keyParametersOf, type PlanOf, type ReadPlan } from "../plan/index.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork } from "../run/ceremony-work.js";
import { BlockKeySource, type ReceivedBlock, readKeyBlock } from "./block-key-source.js";
import { known } from "./founded-ceremony.js";
import { getKey, requireNewName } from "./key-versions.js";
import { NewKeyCeremony } from "./new-key.js";
import { requireActive } from "./state-changes.js";

/** A key that a partner sends in a key block under a key-encryption key that both have. */
export function importKeyBlock(read: ReadPlan, plan: PlanOf<"import-key-block">, site: CeremonySite): CeremonyWork {
  let received: ReceivedBlock | undefined;
  return new NewKeyCeremony(read, site, {
    source: (token) => new BlockKeySource(plan, token, () => known(received)),
    draft: async (directory) => {
      await requireNewName(site, plan.key.name);
      const { header, sealedKey } = await getKey(site, plan.keyEncryptionKey);
      await requireActive(site, directory, header);
      received = { keyBlock: readKeyBlock(site.resolve(plan.keyBlock)), keyEncryptionKey: sealedKey };
      // What the block says of its key replaces the rest.
      return keyParametersOf(plan.key, 1, plan.environment) as KeyHeaderDraft;
    },
    isKnown: true,
  });
}
