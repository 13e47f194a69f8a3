import { existsSync, writeFileSync } from "node:fs";
import { type Approval, checkApprovals, Statement } from "../../officers/index.js";
import type { PlanOf, ReadPlan } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import { confirmPhrase } from "../terminal/index.js";
import { digestOf } from "../transcript/index.js";
import { FoundedCeremony, known } from "./founded-ceremony.js";
import { getKey } from "./key-versions.js";
import { signStatement } from "./signed-statement.js";
import { requireActive } from "./state-changes.js";

interface KeysOfExport {
  readonly key: Buffer;
  readonly keyEncryptionKey: Buffer;
}

/** An exportable key is given to a partner in a key block. The file appears when the transcript is complete. */
export class ExportKeyBlock extends FoundedCeremony {
  readonly #plan: PlanOf<"export-key-block">;
  readonly #approvals: Approval[] = [];
  #keys: KeysOfExport | undefined;
  #keyBlock: Buffer | undefined;

  constructor(read: ReadPlan, plan: PlanOf<"export-key-block">, site: CeremonySite) {
    super(read, plan, site);
    this.#plan = plan;
  }

  async commit(): Promise<void> {
    const keyBlock = known(this.#keyBlock).toString("latin1");
    try {
      writeFileSync(this.#file, `${keyBlock}\n`, { mode: 0o600, flag: "wx", flush: true });
    } catch {
      throw new CeremonyRefused("KEY_BLOCK_UNWRITABLE");
    }
  }

  protected override async prepareWork(): Promise<void> {
    if (existsSync(this.#file)) throw new CeremonyRefused("KEY_BLOCK_EXISTS");
    const [key, keyEncryptionKey] = [
      await getKey(this.site, this.#plan.key),
      await getKey(this.site, this.#plan.keyEncryptionKey),
    ];
    for (const { header } of [key, keyEncryptionKey]) await requireActive(this.site, this.directory, header);
    this.#keys = { key: key.sealedKey, keyEncryptionKey: keyEncryptionKey.sealedKey };
  }

  protected override performWork(desk: StepDesk): Promise<StepFacts> {
    return desk.step.kind === "approve" ? this.#approve(desk) : this.#export(desk);
  }

  get #file(): string {
    return this.site.resolve(this.#plan.keyBlock);
  }

  get #keyName(): string {
    return `${this.#plan.key.name}@${this.#plan.key.version}`;
  }

  /** What both key managers sign. */
  get #statement(): Statement {
    const { name, version } = this.#plan.keyEncryptionKey;
    const keys = { key: this.#keyName, keyEncryptionKey: `${name}@${version}` };
    return Statement.of("ceremony.exportKeyBlock", { ...keys, plan: this.planDigest });
  }

  async #approve(desk: StepDesk): Promise<StepFacts> {
    this.#approvals.push(...(await signStatement(desk, this.#statement)));
    return [{ fact: "statement", digest: digestOf(this.#statement.bytes) }];
  }

  async #export(desk: StepDesk): Promise<StepFacts> {
    const facts = await this.#approve(desk);
    checkApprovals(this.directory, this.#statement, this.#approvals, { role: "keyManager", atLeast: 2 });
    await confirmPhrase(desk.terminal, "The key leaves, enciphered. Type its name and version:", this.#keyName);
    const { key, keyEncryptionKey } = known(this.#keys);
    const keys = { key: { sealedKey: key }, keyEncryptionKey: { sealedKey: keyEncryptionKey } };
    this.#keyBlock = (await this.token.execute({ kind: "exportKeyBlock", ...keys }, "exportKeyBlock")).keyBlock;
    return [...facts, { fact: "keyBlock", digest: digestOf(this.#keyBlock) }];
  }
}
