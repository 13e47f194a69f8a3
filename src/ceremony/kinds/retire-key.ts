import { DEFAULT_WAITING_DAYS } from "../../lifecycle/index.js";
import type { HeadSealer } from "../../store/index.js";
import type { PlanOf, ReadPlan } from "../plan/index.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import { confirmPhrase } from "../terminal/index.js";
import { FoundedCeremony, known } from "./founded-ceremony.js";
import { describeKey } from "./key-description.js";
import { getKey } from "./key-versions.js";
import { type PlannedChange, readLife, StateChanges } from "./state-changes.js";

/** A key is put out of use. It may be restored until it is destroyed. */
export class RetireKey extends FoundedCeremony {
  readonly #plan: PlanOf<"retire-key">;
  #retirement: PlannedChange | undefined;
  #changes: StateChanges | undefined;

  constructor(read: ReadPlan, plan: PlanOf<"retire-key">, site: CeremonySite) {
    super(read, plan, site);
    this.#plan = plan;
  }

  async commit(): Promise<void> {
    const { keys } = this.token.opened;
    const sealHead: HeadSealer = async (head) => keys.sealRegisterHead(head);
    const states = known(this.#changes).accept();
    await this.site.withRegister((register) => register.addStates(states), sealHead);
  }

  protected override async prepareWork(): Promise<void> {
    const { header } = await getKey(this.site, this.#plan.key);
    const change = { kind: "retire", overlapDays: 0, waitingDays: DEFAULT_WAITING_DAYS } as const;
    this.#retirement = { header, life: await readLife(this.site, this.directory, header), change };
    // What is not allowed is refused here, and not when everyone has come.
    this.#changes = new StateChanges(this.directory, [this.#retirement]);
  }

  protected override async performWork(desk: StepDesk): Promise<StepFacts> {
    desk.terminal.show(...describeKey(known(this.#retirement).header));
    if (desk.step.kind === "approve") return known(this.#changes).sign(desk);
    const { name, version } = this.#plan.key;
    const facts = await known(this.#changes).sign(desk);
    known(this.#changes).accept();
    await confirmPhrase(desk.terminal, "With this the key is out of use. Type its name and version:", `${name}@${version}`);
    return [...facts, { fact: "keyState", name, version, state: "retired" }];
  }
}
