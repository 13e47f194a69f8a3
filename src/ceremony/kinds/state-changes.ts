import type { KeyHeader } from "../../keyblock/index.js";
import { acceptChange, draftChange, type KeyChange, type RecordedLife, RegisteredLives } from "../../lifecycle/index.js";
import type { Approval, OfficerDirectory, Statement } from "../../officers/index.js";
import type { KeyRegister } from "../../store/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite } from "../run/ceremony-site.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import { digestOf } from "../transcript/index.js";
import { signStatement } from "./signed-statement.js";

/** A change of one key's state that the key managers of a ceremony sign. */
export interface PlannedChange {
  readonly header: KeyHeader;
  readonly life: RecordedLife;
  readonly change: KeyChange;
}

type NewState = Parameters<KeyRegister["addStates"]>[0][number];

interface SignedChange extends PlannedChange {
  readonly statement: Statement;
  readonly approvals: Approval[];
}

const seconds = () => Math.floor(Date.now() / 1_000);

/** What a ceremony decides about the states of keys: drafted once, signed by both key managers, recorded at its end. */
export class StateChanges {
  readonly #directory: OfficerDirectory;
  readonly #changes: readonly SignedChange[];

  /** @throws LifecycleError when a change is not allowed */
  constructor(directory: OfficerDirectory, planned: readonly PlannedChange[]) {
    this.#directory = directory;
    this.#changes = planned.map((each) => {
      const { statement } = draftChange(each.header, each.life, each.change, directory, seconds());
      return { ...each, statement, approvals: [] };
    });
  }

  /** The officer at the desk is shown each statement and signs it. @throws TerminalEnded */
  async sign(desk: StepDesk): Promise<StepFacts> {
    for (const { statement, approvals } of this.#changes) approvals.push(...(await signStatement(desk, statement)));
    return this.#changes.map(({ statement }) => ({ fact: "statement", digest: digestOf(statement.bytes) }));
  }

  /** The records for the register. @throws LifecycleError when the approvals do not do, or are stale */
  accept(): readonly NewState[] {
    return this.#changes.map(({ header, life, statement, approvals }) => {
      return acceptChange(header, life, statement.bytes, approvals, this.#directory, seconds()).record;
    });
  }
}

/** @throws CeremonyRefused KEY_NOT_ACTIVE unless the key is in use */
export async function requireActive(site: CeremonySite, directory: OfficerDirectory, header: KeyHeader): Promise<void> {
  const { life } = await readLife(site, directory, header);
  if (life.state !== "active") throw new CeremonyRefused("KEY_NOT_ACTIVE");
}

/** The life of a registered key, its records checked. @throws CeremonyRefused KEY_STATE_UNSOUND when one does not hold */
export function readLife(site: CeremonySite, directory: OfficerDirectory, header: KeyHeader): Promise<RecordedLife> {
  return site.withRegister(async (source) => {
    const lives = new RegisteredLives({ source, directory: () => directory, initialState: "pending" });
    const life = lives.find(header);
    if ("code" in life) throw new CeremonyRefused("KEY_STATE_UNSOUND");
    return life;
  });
}
