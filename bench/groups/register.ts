import { join } from "node:path";
import { rowOfSamples, type Sample } from "../figures/index.js";
import { openKeptToken } from "../keys/kept-token.js";
import type { RegisterSetup, RegisterTask } from "../keys/register-task.js";
import { prepareTerminalKeys } from "../keys/terminal-keys.js";
import { Stage, type Worker } from "../stage/index.js";
import type { Group } from "./group.js";

const KEYS = 100_000;
/** As a service has them unless it is told otherwise. */
const LANES = 2;
/** Each takes seconds. */
const MAX_ROUNDS = 3;

/**
 * What verifying a register of 100,000 keys takes, each with its digest in the journal: journal, rows and head, which the port waits for, and the
 * seals of all keys, which nobody waits for. With the CPU time, which a busy machine does not change.
 */
export const register: Group = {
  name: "register",
  description: "verifying a register of 100,000 keys: before the port opens, and the seals beside the calls",
  measure: async ({ rounds }, progress) => {
    const token = await openKeptToken();
    const stage = Stage.on(token);
    try {
      const path = join(token.token.directory, "register-100k.sqlite");
      await prepareTerminalKeys({ ...token, register: path }, stage, KEYS, progress);
      const { moduleEnvironment } = token.token;
      const setup: RegisterSetup = { ...stage.place, moduleEnvironment, register: path, keys: KEYS, lanes: LANES };
      const worker = await stage.worker<RegisterTask, Sample>("register-worker", setup);
      const rows = await repeat(worker, "rows", Math.min(rounds, MAX_ROUNDS));
      progress(`journal, rows and head: ${rows.map(({ value }) => `${value.toFixed(0)} ms`).join(", ")}`);
      const seals = await repeat(worker, "seals", 1);
      return { rows: [rowOfSamples("register_verify_100k", "ms", rows), rowOfSamples("register_seals_100k", "ms", seals)] };
    } finally {
      await stage.close();
    }
  },
};

async function repeat(worker: Worker<RegisterTask, Sample>, task: RegisterTask, rounds: number): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (samples.length < rounds) samples.push(await worker.run(task));
  return samples;
}
