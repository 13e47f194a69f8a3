import type { CheckpointSigner } from "../../audit/index.js";
import { Refusal } from "../../base/index.js";
import type { CeremonyToken } from "../../engine/ceremony-token.js";
import type { EngineCommand, EngineOutcome } from "../../engine/commands/command.js";
import type { CeremonyPlan } from "../plan/index.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { StepDesk, StepFacts, TokenLooks } from "../run/ceremony-work.js";
import { confirmToken } from "./common-steps.js";
import { tokenSealer } from "./token-sealer.js";

type OutcomeOf<Kind extends EngineOutcome["kind"]> = Extract<EngineOutcome, { readonly kind: Kind }>;

/** The founded token of a ceremony, from the step that examines it. */
export class TokenAtHand {
  readonly #site: CeremonySite;
  readonly #expected: CeremonyPlan["token"];
  #token: CeremonyToken | undefined;

  constructor(site: CeremonySite, plan: CeremonyPlan) {
    this.#site = site;
    this.#expected = plan.token;
  }

  /** @throws TokenStartError */
  open(): TokenLooks {
    this.#token = this.#site.openToken(this.#expected.serial);
    const { serial, description } = this.#token;
    return { serial, description };
  }

  /** Has the officer compare it with the device. @throws TriesExhausted, TerminalEnded */
  check({ terminal }: StepDesk): Promise<StepFacts> {
    return confirmToken(terminal, this.#expected.label, this.opened);
  }

  get opened(): CeremonyToken {
    if (this.#token === undefined) throw new Error("The token is examined before anything is done with it.");
    return this.#token;
  }

  /** Undefined before the token is open. */
  get sealer(): CheckpointSigner | undefined {
    return this.#token && tokenSealer(this.#token);
  }

  /** Has the engine do a command. @throws Refusal what it refused */
  async execute<Kind extends EngineOutcome["kind"]>(command: EngineCommand, kind: Kind): Promise<OutcomeOf<Kind>> {
    const outcome = await this.opened.execute(command);
    if (outcome.kind === "refused") throw new Refusal(outcome.reason);
    if (outcome.kind !== kind) throw new Error("The engine's outcome does not belong to the command.");
    return outcome as OutcomeOf<Kind>;
  }

  async close(): Promise<void> {
    await this.#token?.close();
    this.#token = undefined;
  }
}
