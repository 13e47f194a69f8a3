import type { CheckpointSigner } from "../../audit/index.js";
import type { MadeKey } from "../../engine/key-maker.js";
import type { KeyHeaderDraft } from "../../keyblock/index.js";
import {
  type Approval,
  checkApprovals,
  type DirectoryHead,
  type OfficerName,
  type OfficerPublicKey,
} from "../../officers/index.js";
import type { HeadSealer } from "../../store/index.js";
import type { CeremonyPlan, ReadPlan } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork, StepDesk, StepFacts, TokenLooks } from "../run/ceremony-work.js";
import { confirmPhrase } from "../terminal/index.js";
import { digestOf } from "../transcript/index.js";
import { compareCheckValue, confirmPlan, showCheckValue } from "./common-steps.js";
import { EnrolledOfficers } from "./enrolled-officers.js";
import type { KeySource } from "./key-making.js";
import { keyStatement } from "./key-statement.js";
import { signStatement } from "./signed-statement.js";
import type { TokenAtHand } from "./token-at-hand.js";

/** What differs between the ceremonies that end with a new key in the register. */
export interface NewKeyOptions {
  readonly read: ReadPlan;
  readonly site: CeremonySite;
  readonly token: TokenAtHand;
  readonly source: KeySource;
  /** The key's header, once the register says which version it gets. @throws CeremonyRefused, Refusal */
  readonly draft: () => Promise<KeyHeaderDraft>;
  /** Whether the key's check value is known beforehand, on papers of the second key manager's. */
  readonly isKnown: boolean;
}

/** A key is made, compared, approved by two key managers, and registered: the end of four kinds of ceremony. */
export class NewKeyCeremony implements CeremonyWork {
  readonly #options: NewKeyOptions;
  readonly #plan: CeremonyPlan;
  readonly #approvals: Approval[] = [];
  #officers: EnrolledOfficers | undefined;
  #draft: KeyHeaderDraft | undefined;
  #made: MadeKey | undefined;

  constructor(options: NewKeyOptions) {
    this.#options = options;
    this.#plan = options.read.plan;
  }

  async prepare(): Promise<void> {
    this.#draft = await this.#options.draft();
    this.#officers = new EnrolledOfficers(this.#plan, await this.#options.site.readDirectory());
  }

  async open(): Promise<TokenLooks> {
    const { token } = this.#options;
    const looks = token.open();
    this.#known(this.#officers).requireSealedBy(token.opened);
    return looks;
  }

  get directoryHead(): DirectoryHead {
    return this.#known(this.#officers).directory.head;
  }

  isKeyOf(name: OfficerName, key: OfficerPublicKey): boolean {
    return this.#known(this.#officers).isKeyOf(name, key);
  }

  get sealer(): CheckpointSigner | undefined {
    return this.#options.token.sealer;
  }

  async perform(desk: StepDesk): Promise<StepFacts> {
    const { source, token } = this.#options;
    switch (desk.step.kind) {
      case "confirmPlan":
        return confirmPlan(desk, this.#options.read);
      case "checkToken":
        return token.check(desk);
      case "enterComponent":
      case "showComponent":
        return source.custodian(desk);
      case "makeKey":
      case "importKeyBlock":
        return this.#make();
      case "compareCheckValue":
        return compareCheckValue(desk.terminal, this.#known(this.#made).header.checkValue, this.#options.isKnown);
      case "approve":
        return this.#approve(desk);
      case "registerKey":
        return this.#confirm(desk);
      case "witness":
        return [{ fact: "confirmed", what: "presence" }];
      default:
        throw new Error("This ceremony has no such step.");
    }
  }

  /** The register entry: the last thing. */
  async commit(): Promise<void> {
    const { sealedKey } = this.#known(this.#made);
    const { keys } = this.#options.token.opened;
    const sealHead: HeadSealer = async (head) => keys.sealRegisterHead(head);
    await this.#options.site.withRegister((register) => register.add(sealedKey), sealHead);
  }

  async abandon(): Promise<void> {
    // Until it is registered a sealed key is nowhere but in this object.
    this.#made = undefined;
  }

  async close(): Promise<void> {
    this.#options.source.wipe();
    await this.#options.token.close();
  }

  async #make(): Promise<StepFacts> {
    this.#made = await this.#options.source.make(this.#known(this.#draft));
    const { header } = this.#made;
    const expected = "expectedCheckValue" in this.#plan ? this.#plan.expectedCheckValue : undefined;
    const isExpected = expected === undefined || expected === showCheckValue(header.checkValue).value;
    if (!isExpected) throw new CeremonyRefused("CHECK_VALUE_DIFFERS");
    // A key that the register knows already is refused here, and not when everyone has signed.
    const { digest } = header;
    const known = digest && (await this.#options.site.withRegister((register) => register.findByDigest(digest)));
    if (known !== undefined) throw new CeremonyRefused("KEY_KNOWN");
    return [];
  }

  async #approve(desk: StepDesk): Promise<StepFacts> {
    const statement = keyStatement(this.#known(this.#made).header, this.#options.read.digest.hex);
    this.#approvals.push(...(await signStatement(desk, statement)));
    return [{ fact: "statement", digest: digestOf(statement.bytes) }];
  }

  async #confirm(desk: StepDesk): Promise<StepFacts> {
    const { header } = this.#known(this.#made);
    const facts = await this.#approve(desk);
    const statement = keyStatement(header, this.#options.read.digest.hex);
    checkApprovals(this.#known(this.#officers).directory, statement, this.#approvals, { role: "keyManager", atLeast: 2 });
    await confirmPhrase(desk.terminal, "With this the key exists. Type its name:", header.name);
    const { id, name, version, usage, algorithm, keyLength: length, modeOfUse: mode, exportability, environment } = header;
    const checkValue = showCheckValue(header.checkValue);
    const key = { id, name, version, usage, algorithm, length, mode, exportability, environment, checkValue };
    return [...facts, { fact: "key", ...key }];
  }

  /** What the plan's steps made sure of. */
  #known<Thing>(thing: Thing | undefined): Thing {
    if (thing === undefined) throw new Error("The steps of the plan are out of order.");
    return thing;
  }
}
