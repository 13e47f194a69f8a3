import { existsSync, writeFileSync } from "node:fs";
import type { CheckpointSigner } from "../../audit/index.js";
import {
  type Approval,
  checkApprovals,
  type DirectoryHead,
  type OfficerName,
  type OfficerPublicKey,
  Statement,
} from "../../officers/index.js";
import type { PlanOf, ReadPlan } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { CeremonyWork, StepDesk, StepFacts, TokenLooks } from "../run/ceremony-work.js";
import { confirmPhrase } from "../terminal/index.js";
import { digestOf } from "../transcript/index.js";
import { confirmPlan } from "./common-steps.js";
import { EnrolledOfficers } from "./enrolled-officers.js";
import { getKey } from "./key-versions.js";
import { signStatement } from "./signed-statement.js";
import { TokenAtHand } from "./token-at-hand.js";

interface KeysOfExport {
  readonly key: Buffer;
  readonly keyEncryptionKey: Buffer;
}

/** An exportable key is given to a partner in a key block. The file appears when the transcript is complete. */
export class ExportKeyBlock implements CeremonyWork {
  readonly #read: ReadPlan;
  readonly #plan: PlanOf<"export-key-block">;
  readonly #site: CeremonySite;
  readonly #token: TokenAtHand;
  readonly #approvals: Approval[] = [];
  #officers: EnrolledOfficers | undefined;
  #keys: KeysOfExport | undefined;
  #keyBlock: Buffer | undefined;

  constructor(read: ReadPlan, plan: PlanOf<"export-key-block">, site: CeremonySite) {
    this.#read = read;
    this.#plan = plan;
    this.#site = site;
    this.#token = new TokenAtHand(site, plan);
  }

  async prepare(): Promise<void> {
    if (existsSync(this.#file)) throw new CeremonyRefused("KEY_BLOCK_EXISTS");
    const [key, keyEncryptionKey] = [
      await getKey(this.#site, this.#plan.key),
      await getKey(this.#site, this.#plan.keyEncryptionKey),
    ];
    this.#keys = { key: key.sealedKey, keyEncryptionKey: keyEncryptionKey.sealedKey };
    this.#officers = new EnrolledOfficers(this.#plan, await this.#site.readDirectory());
  }

  async open(): Promise<TokenLooks> {
    const looks = this.#token.open();
    this.#known(this.#officers).requireSealedBy(this.#token.opened);
    return looks;
  }

  get directoryHead(): DirectoryHead {
    return this.#known(this.#officers).directory.head;
  }

  isKeyOf(name: OfficerName, key: OfficerPublicKey): boolean {
    return this.#known(this.#officers).isKeyOf(name, key);
  }

  get sealer(): CheckpointSigner | undefined {
    return this.#token.sealer;
  }

  async perform(desk: StepDesk): Promise<StepFacts> {
    switch (desk.step.kind) {
      case "confirmPlan":
        return confirmPlan(desk, this.#read);
      case "checkToken":
        return this.#token.check(desk);
      case "approve":
        return this.#approve(desk);
      case "exportKeyBlock":
        return this.#export(desk);
      case "witness":
        return [{ fact: "confirmed", what: "presence" }];
      default:
        throw new Error("An export has no such step.");
    }
  }

  async commit(): Promise<void> {
    const keyBlock = this.#known(this.#keyBlock).toString("latin1");
    try {
      writeFileSync(this.#file, `${keyBlock}\n`, { mode: 0o600, flag: "wx", flush: true });
    } catch {
      throw new CeremonyRefused("KEY_BLOCK_UNWRITABLE");
    }
  }

  async abandon(): Promise<void> {
    this.#keyBlock = undefined;
  }

  close(): Promise<void> {
    return this.#token.close();
  }

  get #file(): string {
    return this.#site.resolve(this.#plan.keyBlock);
  }

  get #keyName(): string {
    return `${this.#plan.key.name}@${this.#plan.key.version}`;
  }

  /** What both key managers sign. */
  get #statement(): Statement {
    const { name, version } = this.#plan.keyEncryptionKey;
    const plan = this.#read.digest.hex;
    return Statement.of("ceremony.exportKeyBlock", { key: this.#keyName, keyEncryptionKey: `${name}@${version}`, plan });
  }

  async #approve(desk: StepDesk): Promise<StepFacts> {
    this.#approvals.push(...(await signStatement(desk, this.#statement)));
    return [{ fact: "statement", digest: digestOf(this.#statement.bytes) }];
  }

  async #export(desk: StepDesk): Promise<StepFacts> {
    const facts = await this.#approve(desk);
    checkApprovals(this.#known(this.#officers).directory, this.#statement, this.#approvals, { role: "keyManager", atLeast: 2 });
    await confirmPhrase(desk.terminal, "The key leaves, enciphered. Type its name and version:", this.#keyName);
    const { key, keyEncryptionKey } = this.#known(this.#keys);
    const command = {
      kind: "exportKeyBlock",
      key: { sealedKey: key },
      keyEncryptionKey: { sealedKey: keyEncryptionKey },
    } as const;
    this.#keyBlock = (await this.#token.execute(command, "exportKeyBlock")).keyBlock;
    return [...facts, { fact: "keyBlock", digest: digestOf(this.#keyBlock) }];
  }

  /** What the plan's steps made sure of. */
  #known<Thing>(thing: Thing | undefined): Thing {
    if (thing === undefined) throw new Error("The steps of the plan are out of order.");
    return thing;
  }
}
