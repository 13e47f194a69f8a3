import { describeMachine, type Report } from "../report.js";
import { measureRounds, type Subject } from "../rounds.js";
import { WorkerGroup } from "../workers/worker-group.js";
import { prepareDukpt } from "./prepare.js";
import { DUKPT_SUBJECTS, STATIC_SUBJECT } from "./subjects.js";

/** How long and how much. */
export interface DukptOptions {
  readonly rounds: number;
  /** Of one round, without the time in which the terminals encipher. */
  readonly seconds: number;
}

const WARM_UP_SECONDS = 0.5;

/**
 * PIN translation from a terminal's DUKPT key to a static TDES key, ISO 0 or 4 to ISO 0, by the engine in one process, which is what a
 * lane does; against the same from a static TDES key. What a translation costs in derivations depends on its counter, and on whether
 * keys of the same terminal are still at hand.
 */
export async function measureDukpt(options: DukptOptions, progress: (line: string) => void): Promise<Report> {
  const machine = describeMachine("SoftHSM");
  progress("Making a token and keys");
  const token = prepareDukpt();
  const workers = new WorkerGroup(token.environment);
  try {
    const worker = await workers.open("./dukpt-worker.js", token.setup);
    const round = (subject: string) => () => worker.run({ seconds: options.seconds, subject });
    for (const subject of [STATIC_SUBJECT, ...DUKPT_SUBJECTS.map(({ name }) => name)]) {
      await worker.run({ seconds: WARM_UP_SECONDS, subject });
    }
    const subjects = DUKPT_SUBJECTS.map(
      ({ name }): Subject => ({ name, baselineName: STATIC_SUBJECT, measure: round(name), baseline: round(STATIC_SUBJECT) }),
    );
    const rows = await measureRounds(subjects, options.rounds, progress);
    const { rounds, seconds } = options;
    return { measuredAt: new Date().toISOString(), machine, settings: { rounds, seconds }, rows };
  } finally {
    await workers.close();
    token.remove();
  }
}
