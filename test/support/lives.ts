import { encodeKeyHeader } from "../../src/keyblock/header-codec.js";
import type { KeyHeader } from "../../src/keyblock/index.js";
import { acceptChange, draftChange, type KeyChange, type RecordedLife, RegisteredLives } from "../../src/lifecycle/index.js";
import { approve, type OfficerDirectory, type OfficerSigner } from "../../src/officers/index.js";
import type { KeyRegister } from "../../src/store/index.js";
import { foundDirectory, makeOfficer, type TestDirectory } from "./officers.js";

/** Officers who decide about the keys of one register. */
export class TestLives {
  readonly anna: OfficerSigner;
  readonly bert: OfficerSigner;
  readonly lives: RegisteredLives;
  readonly #register: KeyRegister;
  #directory: TestDirectory;

  private constructor(register: KeyRegister, officers: readonly [OfficerSigner, OfficerSigner], directory: TestDirectory) {
    [this.anna, this.bert] = officers;
    this.#register = register;
    this.#directory = directory;
    this.lives = new RegisteredLives({ source: register, directory: () => this.directory, initialState: "pending" });
  }

  static async found(register: KeyRegister): Promise<TestLives> {
    const officers = [makeOfficer("anna"), makeOfficer("bert")] as const;
    return new TestLives(register, officers, await foundDirectory(...officers));
  }

  get directory(): OfficerDirectory {
    return this.#directory.directory;
  }

  set testDirectory(directory: TestDirectory) {
    this.#directory = directory;
  }

  get testDirectory(): TestDirectory {
    return this.#directory;
  }

  recorded(header: KeyHeader): RecordedLife {
    const found = this.lives.find(header);
    if (!("life" in found)) throw new Error(`the key has no life: ${found.code}`);
    return found;
  }

  /** Has both officers sign the change at `at` (seconds since 1970), and registers it. */
  async change(header: KeyHeader, change: KeyChange, at = Math.floor(Date.now() / 1_000)): Promise<void> {
    const recorded = this.recorded(header);
    const { statement } = draftChange(header, recorded, change, this.directory, at);
    const approvals = [await approve(this.anna, statement), await approve(this.bert, statement)];
    const { record } = acceptChange(header, recorded, statement.bytes, approvals, this.directory, at);
    const destroys = { name: header.name, version: header.version, header: encodeKeyHeader(header) };
    await this.#register.addStates([{ ...record, ...(change.kind === "destroy" && { destroys }) }]);
  }

  /** Its waiting time must be over. */
  destroy(header: KeyHeader, at?: number): Promise<void> {
    return this.change(header, { kind: "destroy" }, at);
  }
}
