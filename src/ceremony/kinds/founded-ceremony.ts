import type { CheckpointSigner } from "../../audit/index.js";
import type { DirectoryHead, OfficerDirectory, OfficerName, OfficerPublicKey } from "../../officers/index.js";
import type { CeremonyPlan, ReadPlan } from "../plan/index.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork, StepDesk, StepFacts, TokenLooks } from "../run/ceremony-work.js";
import { confirmPlan } from "./common-steps.js";
import { EnrolledOfficers } from "./enrolled-officers.js";
import { TokenAtHand } from "./token-at-hand.js";

/** What all ceremonies on a founded token have in common: its officers, the token, the steps that are the same. */
export abstract class FoundedCeremony implements CeremonyWork {
  protected readonly site: CeremonySite;
  protected readonly token: TokenAtHand;
  readonly #read: ReadPlan;
  #officers: EnrolledOfficers | undefined;

  constructor(read: ReadPlan, plan: CeremonyPlan, site: CeremonySite) {
    this.#read = read;
    this.site = site;
    this.token = new TokenAtHand(site, plan);
  }

  async prepare(): Promise<void> {
    this.#officers = new EnrolledOfficers(this.#read.plan, await this.site.readDirectory());
    await this.prepareWork();
  }

  async open(): Promise<TokenLooks> {
    const looks = this.token.open();
    known(this.#officers).requireSealedBy(this.token.opened);
    return looks;
  }

  get directoryHead(): DirectoryHead {
    return this.directory.head;
  }

  isKeyOf(name: OfficerName, key: OfficerPublicKey): boolean {
    return known(this.#officers).isKeyOf(name, key);
  }

  get sealer(): CheckpointSigner | undefined {
    return this.token.sealer;
  }

  perform(desk: StepDesk): Promise<StepFacts> {
    switch (desk.step.kind) {
      case "confirmPlan":
        return confirmPlan(desk, this.#read);
      case "checkToken":
        return this.token.check(desk);
      case "witness":
        return Promise.resolve([{ fact: "confirmed", what: "presence" }]);
      default:
        return this.performWork(desk);
    }
  }

  abstract commit(): Promise<void>;

  async abandon(): Promise<void> {
    // Until `commit` nothing is anywhere but in this object.
  }

  close(): Promise<void> {
    return this.token.close();
  }

  /** As they are when the ceremony begins. */
  protected get directory(): OfficerDirectory {
    return known(this.#officers).directory;
  }

  protected get planDigest(): string {
    return this.#read.digest.hex;
  }

  /** Refuses what can be refused before the token is touched. @throws CeremonyRefused */
  protected abstract prepareWork(): Promise<void>;

  /** The steps of this kind alone. */
  protected abstract performWork(desk: StepDesk): Promise<StepFacts>;
}

/** What an earlier step made sure of. */
export function known<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error("The steps of the plan are out of order.");
  return thing;
}
