import type { MadeKey } from "../../engine/key-maker.js";
import type { KeyHeaderDraft } from "../../keyblock/index.js";
import { custodianWorkOf, type NewKeyPlan } from "../plan/index.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import type { CustodianPapers } from "./custodian-papers.js";
import { CustodianSum } from "./custodian-sum.js";
import type { TokenAtHand } from "./token-at-hand.js";

/** How a ceremony comes to the key that it registers. */
export interface KeySource {
  /** A custodian's step. */
  custodian(desk: StepDesk): Promise<StepFacts>;
  /** Makes and seals the key. @throws Refusal, CeremonyRefused */
  make(draft: KeyHeaderDraft): Promise<MadeKey>;
  wipe(): void;
}

/** A key of the plan's own: from components that are entered or made here, or generated inside the token. */
export class NewKeySource implements KeySource {
  readonly #token: TokenAtHand;
  readonly #sum: CustodianSum | undefined;

  /** @param papers when the components are printed; closed with `wipe` */
  constructor(plan: NewKeyPlan, token: TokenAtHand, papers: CustodianPapers | undefined) {
    this.#token = token;
    const work = custodianWorkOf(plan);
    const { algorithm, length } = plan.key;
    this.#sum = work && new CustodianSum({ algorithm, length, count: work.count }, papers);
  }

  custodian(desk: StepDesk): Promise<StepFacts> {
    if (this.#sum === undefined) throw new Error("This plan has no custodians.");
    if (desk.step.kind === "enterComponent") return this.#sum.enter(desk);
    return this.#sum.show(desk, (length) => this.#token.opened.randomBytes(length));
  }

  async make(draft: KeyHeaderDraft): Promise<MadeKey> {
    const { keys } = this.#token.opened;
    if (this.#sum === undefined) return keys.generateKey(draft);
    using material = this.#sum.finish();
    return keys.importClearKey(draft, material);
  }

  wipe(): void {
    this.#sum?.wipe();
  }
}
