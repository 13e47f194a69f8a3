import type { SecretBytes } from "../../base/index.js";
import { setOddParity } from "../../engine/des-parity.js";
import { computeMaterialCheckValue } from "../../engine/material-check-value.js";
import type { KeyAlgorithm } from "../../keyblock/index.js";
import { COMPONENT_FAULTS, ComponentSum } from "../components/index.js";
import type { Step } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import { enterComponent, showComponent } from "../terminal/index.js";
import { showCheckValue } from "./common-steps.js";
import { type CustodianPapers, onPaper, printedFacts } from "./custodian-papers.js";

/** Of the key that the components add up to. */
export interface SumRule {
  readonly algorithm: KeyAlgorithm;
  /** In bytes. */
  readonly length: number;
  /** How many components there are: the number was fixed in the plan. */
  readonly count: number;
}

/** Components of one key, custodian after custodian. */
export class CustodianSum {
  readonly #rule: SumRule;
  readonly #sum: ComponentSum;
  readonly #papers: CustodianPapers | undefined;

  /** @param papers when components are printed; closed with `wipe` */
  constructor(rule: SumRule, papers?: CustodianPapers) {
    this.#rule = rule;
    this.#papers = papers;
    this.#sum = new ComponentSum(rule);
  }

  /** A custodian enters the component that is on their paper. @throws TriesExhausted, TerminalEnded */
  async enter({ terminal, step }: StepDesk): Promise<StepFacts> {
    using component = await enterComponent(terminal, {
      title: this.#titleOf(step.component),
      length: this.#rule.length,
      findFault: (typed) => {
        const fault = this.#sum.findFault(typed);
        return fault && COMPONENT_FAULTS[fault];
      },
      checkValueOf: (typed) => this.#checkValueOf(typed).value,
    });
    this.#sum.add(component);
    return this.#factsOf(component, step);
  }

  /** A custodian is shown a component that the token has just made. @throws TriesExhausted, TerminalEnded, CeremonyRefused */
  async show({ terminal, step, progress }: StepDesk, randomBytes: (length: number) => SecretBytes): Promise<StepFacts> {
    using component = randomBytes(this.#rule.length);
    const { algorithm } = this.#rule;
    if (algorithm === "DES" || algorithm === "TDES") setOddParity(component.expose());
    if (this.#sum.add(component) !== undefined) throw new CeremonyRefused("COMPONENTS_REFUSED");
    const checkValue = this.#checkValueOf(component).value;
    const title = this.#titleOf(step.component);
    await showComponent(terminal, onPaper(this.#papers, { title, component, checkValue, progress, notes: [] }));
    return [...this.#factsOf(component, step), ...printedFacts(this.#papers, "component", step)];
  }

  /** The key, the caller's to wipe; DES and TDES with odd parity. @throws CeremonyRefused COMPONENTS_REFUSED */
  finish(): SecretBytes {
    if (this.#sum.count !== this.#rule.count) throw new Error("There are not as many components as in the plan.");
    const outcome = this.#sum.finish();
    if (outcome.kind === "refused") throw new CeremonyRefused("COMPONENTS_REFUSED");
    const { algorithm } = this.#rule;
    if (algorithm === "DES" || algorithm === "TDES") setOddParity(outcome.material.expose());
    return outcome.material;
  }

  wipe(): void {
    this.#sum.wipe();
    this.#papers?.close();
  }

  #titleOf(component: number | undefined): string {
    return `component ${component} of ${this.#rule.count}`;
  }

  #checkValueOf(component: SecretBytes) {
    return showCheckValue(computeMaterialCheckValue(this.#rule.algorithm, component));
  }

  #factsOf(component: SecretBytes, { component: number = 0 }: Step): StepFacts {
    return [{ fact: "checkValue", of: "component", number, checkValue: this.#checkValueOf(component) }];
  }
}
