import type { KeyHeaderDraft } from "../../keyblock/index.js";
import { keyParametersOf, type PlanOf, type ReadPlan } from "../plan/index.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork } from "../run/ceremony-work.js";
import { BlockKeySource, type ReceivedBlock, readKeyBlock } from "./block-key-source.js";
import { getKey, requireNewName } from "./key-versions.js";
import { NewKeyCeremony } from "./new-key.js";
import { TokenAtHand } from "./token-at-hand.js";

/** A key that a partner sends in a key block under a key-encryption key that both have. */
export function importKeyBlock(read: ReadPlan, plan: PlanOf<"import-key-block">, site: CeremonySite): CeremonyWork {
  const token = new TokenAtHand(site, plan);
  let received: ReceivedBlock | undefined;
  const blockReceived = (): ReceivedBlock => {
    if (received === undefined) throw new Error("The key block is read before the ceremony begins.");
    return received;
  };
  return new NewKeyCeremony({
    read,
    site,
    token,
    source: new BlockKeySource(plan, token, blockReceived),
    draft: async () => {
      await requireNewName(site, plan.key.name);
      const { sealedKey } = await getKey(site, plan.keyEncryptionKey);
      received = { keyBlock: readKeyBlock(site.resolve(plan.keyBlock)), keyEncryptionKey: sealedKey };
      // What the block says of its key replaces the rest.
      return keyParametersOf(plan.key, 1, plan.environment) as KeyHeaderDraft;
    },
    isKnown: true,
  });
}
