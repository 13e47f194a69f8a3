import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AuditPublicKey, type CheckpointSigner } from "../../audit/index.js";
import type { SecretBytes } from "../../base/index.js";
import { STORAGE_MASTER_KEY_LENGTH } from "../../engine/found-token.js";
import { type DirectoryHead, OfficerDirectory, type OfficerName, type OfficerPublicKey } from "../../officers/index.js";
import { custodianWorkOf, type MasterKeyPlan, type ReadPlan } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite, FoundingToken } from "../run/ceremony-site.js";
import type { CeremonyWork, StepDesk, StepFacts, TokenLooks } from "../run/ceremony-work.js";
import { confirmPhrase } from "../terminal/index.js";
import { compareCheckValue, confirmPlan, confirmToken, showCheckValue } from "./common-steps.js";
import type { CustodianPapers } from "./custodian-papers.js";
import { CustodianShares } from "./custodian-shares.js";
import { CustodianSum } from "./custodian-sum.js";
import { DirectoryFounding } from "./directory-founding.js";
import { foundingSealer, pemOf } from "./token-sealer.js";

/** The public audit key, for whoever verifies: beside the officers' directory. */
const AUDIT_KEY_FILE = "audit-key.pem";

/**
 * The founding of a token, with a new storage master key or with one that was given to other custodians before: token keys, then the
 * directory of its officers.
 */
export class MasterKeyCeremony implements CeremonyWork {
  readonly #read: ReadPlan;
  readonly #plan: MasterKeyPlan;
  readonly #site: CeremonySite;
  readonly #components: CustodianSum | undefined;
  readonly #shares: CustodianShares | undefined;
  readonly #directory: DirectoryFounding;
  #token: FoundingToken | undefined;
  #isMade = false;
  /** What `commit` got to. */
  readonly #written: string[] = [];

  /** @param papers when components or shares are printed; closed with the ceremony */
  constructor(read: ReadPlan, plan: MasterKeyPlan, site: CeremonySite, papers: CustodianPapers | undefined) {
    this.#read = read;
    this.#plan = plan;
    this.#site = site;
    this.#directory = new DirectoryFounding(plan);
    const work = custodianWorkOf(plan);
    if (work?.what === "share") this.#shares = new CustodianShares(work.count, work.threshold, papers);
    if (work?.what === "component") {
      this.#components = new CustodianSum({ algorithm: "AES", length: STORAGE_MASTER_KEY_LENGTH, count: work.count }, papers);
    }
  }

  async prepare(): Promise<void> {
    const { directoryFile } = this.#site;
    if (existsSync(directoryFile) || existsSync(auditKeyFile(directoryFile))) throw new CeremonyRefused("DIRECTORY_EXISTS");
  }

  async open(): Promise<TokenLooks> {
    this.#token = this.#site.beginFounding(this.#plan.token.serial, Buffer.from(this.#read.digest.hex, "hex"));
    return this.#looks;
  }

  get directoryHead(): DirectoryHead {
    return OfficerDirectory.EMPTY.head;
  }

  isKeyOf(name: OfficerName, { fingerprint }: OfficerPublicKey): boolean {
    return this.#directory.isFingerprintOf(name, fingerprint);
  }

  async perform(desk: StepDesk): Promise<StepFacts> {
    await this.#directory.meet(desk.signer);
    switch (desk.step.kind) {
      case "confirmPlan":
        return confirmPlan(desk, this.#read);
      case "checkToken":
        return confirmToken(desk.terminal, this.#plan.token.label, this.#looks);
      case "enterComponent":
        return this.#of(this.#components).enter(desk);
      case "showComponent":
        return this.#of(this.#components).show(desk, (length) => this.#opened.randomBytes(length));
      case "enterShare":
        return this.#of(this.#shares).enter(desk);
      case "showShare":
        return this.#of(this.#shares).show(desk, (length) => this.#opened.randomBytes(length));
      case "makeMasterKey":
        return this.#makeMasterKey(desk);
      case "compareCheckValue":
        return compareCheckValue(desk.terminal, this.#opened.checkValue, this.#isEntered);
      case "foundDirectory":
        return this.#directory.found(desk);
      case "enrolOfficers":
        return this.#directory.enrol(desk, this.#of(this.sealer));
      case "witness":
        return [{ fact: "confirmed", what: "presence" }];
      default:
        throw new Error("A founding has no such step.");
    }
  }

  get sealer(): CheckpointSigner | undefined {
    return this.#isMade ? foundingSealer(this.#opened) : undefined;
  }

  async commit(): Promise<void> {
    const { directoryFile } = this.#site;
    const pem = pemOf(this.#opened.auditPublicKey);
    this.#directory.write(directoryFile, new AuditPublicKey(pem));
    this.#written.push(directoryFile);
    writeFileSync(auditKeyFile(directoryFile), pem, { flag: "wx", mode: 0o644, flush: true });
    this.#written.push(auditKeyFile(directoryFile));
    this.#opened.finish();
  }

  async abandon(): Promise<void> {
    this.#token?.discard();
    for (const file of this.#written) rmSync(file, { force: true });
  }

  async close(): Promise<void> {
    this.#components?.wipe();
    this.#shares?.wipe();
    this.#token?.close();
    this.#token = undefined;
  }

  get #looks(): TokenLooks {
    return { serial: this.#opened.tokenSerial, description: this.#opened.tokenDescription };
  }

  get #opened(): FoundingToken {
    return this.#of(this.#token);
  }

  /** Whether the custodians bring the key: then its check value is on papers. */
  get #isEntered(): boolean {
    return custodianWorkOf(this.#plan)?.direction === "enter";
  }

  async #makeMasterKey({ terminal }: StepDesk): Promise<StepFacts> {
    await confirmPhrase(terminal, "This makes the token's keys. Type the token's label:", this.#plan.token.label);
    using material = await this.#gatherMaterial();
    this.#opened.makeKeys(material);
    this.#isMade = true;
    const { masterKey } = this.#plan;
    const expected = "expectedCheckValue" in masterKey ? masterKey.expectedCheckValue : undefined;
    const isExpected = expected === undefined || expected === showCheckValue(this.#opened.checkValue).value;
    if (!isExpected) throw new CeremonyRefused("CHECK_VALUE_DIFFERS");
    return this.#opened.readKeys().map((key) => ({ fact: "attributes", ...key }));
  }

  async #gatherMaterial(): Promise<SecretBytes | undefined> {
    return this.#shares === undefined ? this.#components?.finish() : await this.#shares.finish();
  }

  /** What the plan's steps made sure of. */
  #of<Thing>(thing: Thing | undefined): Thing {
    if (thing === undefined) throw new Error("The steps of the plan are out of order.");
    return thing;
  }
}

function auditKeyFile(directoryFile: string): string {
  return join(dirname(directoryFile), AUDIT_KEY_FILE);
}
