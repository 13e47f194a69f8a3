import type { MadeKey } from "../../engine/key-maker.js";
import type { KeyHeaderDraft } from "../../keyblock/index.js";
import { lifeWithoutRecords, NO_RECORD } from "../../lifecycle/index.js";
import type { OfficerDirectory } from "../../officers/index.js";
import type { HeadSealer } from "../../store/index.js";
import type { CeremonyPlan, ReadPlan } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import { confirmPhrase } from "../terminal/index.js";
import { compareCheckValue, showCheckValue } from "./common-steps.js";
import { FoundedCeremony, known } from "./founded-ceremony.js";
import { describeKey } from "./key-description.js";
import type { KeySource } from "./key-making.js";
import { type PlannedChange, StateChanges } from "./state-changes.js";
import type { TokenAtHand } from "./token-at-hand.js";

/** What differs between the ceremonies that end with a new key in the register. */
export interface NewKeyOptions {
  readonly source: (token: TokenAtHand) => KeySource;
  /** The key's header, once the register says which version it gets. @throws CeremonyRefused, Refusal */
  readonly draft: (directory: OfficerDirectory) => Promise<KeyHeaderDraft>;
  /** Whether the key's check value is known beforehand, on papers of the second key manager's. */
  readonly isKnown: boolean;
  /** What is decided about other keys with it. @throws CeremonyRefused */
  readonly alsoChange?: (directory: OfficerDirectory) => Promise<readonly PlannedChange[]>;
}

/** A key is made, compared, approved by two key managers, registered and put into use: the end of four kinds of ceremony. */
export class NewKeyCeremony extends FoundedCeremony {
  readonly #options: NewKeyOptions;
  readonly #plan: CeremonyPlan;
  readonly #source: KeySource;
  #draft: KeyHeaderDraft | undefined;
  #others: readonly PlannedChange[] = [];
  #made: MadeKey | undefined;
  #changes: StateChanges | undefined;

  constructor(read: ReadPlan, site: CeremonySite, options: NewKeyOptions) {
    super(read, read.plan, site);
    this.#plan = read.plan;
    this.#options = options;
    this.#source = options.source(this.token);
  }

  /** The register entries: the last thing. */
  async commit(): Promise<void> {
    const { sealedKey } = known(this.#made);
    const states = known(this.#changes).accept();
    const { keys } = this.token.opened;
    const sealHead: HeadSealer = async (head) => keys.sealRegisterHead(head);
    await this.site.withRegister(async (register) => {
      await register.add(sealedKey);
      // Until then the key is pending, which nobody can use.
      await register.addStates(states);
    }, sealHead);
  }

  override async close(): Promise<void> {
    this.#source.wipe();
    await super.close();
  }

  protected override async prepareWork(): Promise<void> {
    this.#draft = await this.#options.draft(this.directory);
    this.#others = (await this.#options.alsoChange?.(this.directory)) ?? [];
    // What is not allowed is refused here, and not when everyone has come.
    this.#changes = new StateChanges(this.directory, this.#others);
  }

  protected override async performWork(desk: StepDesk): Promise<StepFacts> {
    switch (desk.step.kind) {
      case "enterComponent":
      case "showComponent":
        return this.#source.custodian(desk);
      case "makeKey":
      case "importKeyBlock":
        return this.#make();
      case "compareCheckValue":
        return compareCheckValue(desk.terminal, known(this.#made).header.checkValue, this.#options.isKnown);
      case "approve":
        return this.#approve(desk);
      case "registerKey":
        return this.#register(desk);
      default:
        throw new Error("This ceremony has no such step.");
    }
  }

  async #make(): Promise<StepFacts> {
    this.#made = await this.#source.make(known(this.#draft));
    const { header } = this.#made;
    const expected = "expectedCheckValue" in this.#plan ? this.#plan.expectedCheckValue : undefined;
    const isExpected = expected === undefined || expected === showCheckValue(header.checkValue).value;
    if (!isExpected) throw new CeremonyRefused("CHECK_VALUE_DIFFERS");
    // A key that the register knows already is refused here, and not when everyone has signed.
    const { digest } = header;
    const knownAs = digest && (await this.site.withRegister((register) => register.findByDigest(digest)));
    if (knownAs !== undefined) throw new CeremonyRefused("KEY_KNOWN");
    return [];
  }

  #approve(desk: StepDesk): Promise<StepFacts> {
    const { header } = known(this.#made);
    const life = { life: lifeWithoutRecords("pending"), head: NO_RECORD };
    this.#changes = new StateChanges(this.directory, [{ header, life, change: { kind: "activate" } }, ...this.#others]);
    desk.terminal.show(...describeKey(header));
    return this.#changes.sign(desk);
  }

  async #register(desk: StepDesk): Promise<StepFacts> {
    const { header } = known(this.#made);
    desk.terminal.show(...describeKey(header));
    const facts = await known(this.#changes).sign(desk);
    known(this.#changes).accept();
    await confirmPhrase(desk.terminal, "With this the key exists. Type its name:", header.name);
    const { id, name, version, usage, algorithm, keyLength: length, modeOfUse: mode, exportability, environment } = header;
    const checkValue = showCheckValue(header.checkValue);
    const key = { id, name, version, usage, algorithm, length, mode, exportability, environment, checkValue };
    return [...facts, { fact: "key", ...key }];
  }
}
