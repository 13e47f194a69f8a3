import { BENCH_BDKS } from "../dukpt/bdks.js";
import { type DukptSetup, type DukptTask, SOURCE_KEY_NAME, TARGET_KEY_NAME } from "../dukpt/setup.js";
import { DUKPT_SUBJECTS, STATIC_SUBJECT } from "../dukpt/subjects.js";
import type { Sample } from "../figures/index.js";
import { measureRounds, type Subject } from "../rounds.js";
import { type BenchKey, makeBenchToken, SOURCE_KEY, Stage, staticPinKey, TARGET_KEY } from "../stage/index.js";
import type { Group } from "./group.js";

/** The engine alone is steadier than a server. */
const SHARE_OF_ROUND = 0.25;

const KEYS: readonly BenchKey[] = [
  [staticPinKey(SOURCE_KEY_NAME), SOURCE_KEY],
  [staticPinKey(TARGET_KEY_NAME), TARGET_KEY],
  ...BENCH_BDKS.map(({ draft, value }) => [draft, value] as const),
];

/**
 * PIN translation from a terminal's DUKPT key to a static TDES key, ISO 0 or 4 to ISO 0, by the engine in one process, which is what a
 * lane does; against the same from a static TDES key. What a translation costs in derivations depends on its counter, and on whether
 * keys of the same terminal are still at hand.
 */
export const dukpt: Group = {
  name: "dukpt",
  description: "PIN translation under BDKs by the engine of one lane, against a static key",
  measure: async ({ rounds, seconds }, progress) => {
    const token = await makeBenchToken(KEYS);
    const stage = Stage.on(token);
    try {
      const sealedKeys = Object.fromEntries(
        Object.entries(token.sealedKeys).map(([name, sealedKey]) => [name, sealedKey.toString("base64")]),
      );
      const setup: DukptSetup = { ...stage.place, sealedKeys };
      const worker = await stage.worker<DukptTask, Sample>("dukpt-worker", setup);
      const round = (subject: string) => () => worker.run({ seconds: seconds * SHARE_OF_ROUND, subject });
      const subjects = DUKPT_SUBJECTS.map(
        ({ name }): Subject => ({
          name,
          unit: "/s",
          baselineName: STATIC_SUBJECT,
          measure: round(name),
          baseline: round(STATIC_SUBJECT),
        }),
      );
      return { rows: await measureRounds(subjects, rounds, progress) };
    } finally {
      await stage.close();
      token.token.remove();
    }
  },
};
