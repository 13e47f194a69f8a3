import type { KeyHeader } from "../keyblock/index.js";
import type { OfficerDirectory } from "../officers/index.js";
import { KeyLives, type LifeFault, type RecordedLife } from "./key-lives.js";
import { lifeWithoutRecords } from "./key-state.js";
import type { StateRecord } from "./state-record.js";
import { NO_RECORD } from "./state-statement.js";

/** Where the records are. */
export interface StateSource {
  /** Changes whenever there may be new records. */
  readonly changeMark: unknown;
  /** The records after number `seq`, in their order. */
  statesAfter(seq: number): readonly (StateRecord & { readonly seq: number })[];
}

/** How keys live here. */
export interface RegisteredLivesOptions {
  readonly source: StateSource;
  /** The officers' directory as it is now; asked once for each reading of new records. */
  readonly directory: () => OfficerDirectory;
  /** What a key is before officers decide about it: pending in production, active where no officers are. */
  readonly initialState: "pending" | "active";
}

/**
 * The lives of the register's keys, always as new as the register: all records are checked when it is opened, new ones when they are
 * seen.
 */
export class RegisteredLives {
  readonly #options: RegisteredLivesOptions;
  readonly #lives: KeyLives;
  #directory: OfficerDirectory | undefined;
  #mark: unknown;
  #seq = 0;

  /** @throws what reading the directory throws, when there are records */
  constructor(options: RegisteredLivesOptions) {
    this.#options = options;
    this.#lives = new KeyLives(() => (this.#directory ??= options.directory()));
    this.#refresh();
  }

  /** Keys with a record that does not hold. */
  get faults(): readonly LifeFault[] {
    this.#refresh();
    return this.#lives.faults;
  }

  /** How many keys have records. */
  get length(): number {
    return this.#lives.length;
  }

  /** The officers' directory, read anew: for a change that is to be made now. @throws what reading the directory throws */
  currentDirectory(): OfficerDirectory {
    return this.#options.directory();
  }

  /**
   * The life of a registered key, or why it has none. A session key of a sign-on lives without officers: the permission to sign on made
   * it.
   */
  find(header: Pick<KeyHeader, "id" | "sessionKey">): RecordedLife | LifeFault {
    return this.findRecorded(header.id) ?? { life: lifeWithoutRecords(this.#initialStateOf(header)), head: NO_RECORD };
  }

  /** The life that records give a key, if they do. */
  findRecorded(keyId: string): RecordedLife | LifeFault | undefined {
    this.#refresh();
    return this.#lives.find(keyId);
  }

  #initialStateOf({ sessionKey }: Pick<KeyHeader, "sessionKey">): "pending" | "active" {
    return sessionKey === true ? "active" : this.#options.initialState;
  }

  #refresh(): void {
    const { source } = this.#options;
    const { changeMark } = source;
    if (changeMark === this.#mark) return;
    this.#directory = undefined;
    for (const record of source.statesAfter(this.#seq)) {
      this.#lives.take(record);
      this.#seq = record.seq;
    }
    this.#mark = changeMark;
  }
}
