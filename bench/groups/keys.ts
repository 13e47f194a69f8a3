import { type Row, rowOfPairs, type Sample } from "../figures/index.js";
import { openKeptToken } from "../keys/kept-token.js";
import { prepareTerminalKeys } from "../keys/terminal-keys.js";
import type { KeyRecords, LoadResult, LoadTask } from "../load/load-task.js";
import { measureRounds, type Subject } from "../rounds.js";
import type { Settings } from "../settings.js";
import { type BenchServer, type ServerUsage, Stage, type Worker } from "../stage/index.js";
import type { Group } from "./group.js";

/** Unwrapped keys that a lane keeps: the default of the configuration; and no more than a tenth of the keys, so that cold ones are cold. */
const KEY_CACHE = 10_000;
/** Keys that are warm. */
const WARM_KEYS = 100;
const MIB = 2 ** 20;

/**
 * Translations from terminal keys of which there are far more than a lane keeps: each request another one (cold), against a hundred that
 * come again and again (warm); the sealed key in the request, or by name from a register that holds them all. In time for a request at
 * full load, so that a cold key's ratio says how much longer it takes.
 */
export const keys: Group = {
  name: "keys",
  description: "a million sealed terminal keys: cold against warm, in the request and by name, with memory",
  measure: async (settings, progress) => {
    const token = await openKeptToken();
    const stage = Stage.on(token);
    try {
      const files = await prepareTerminalKeys(token, stage, settings.keys, progress);
      const keyCacheSize = Math.min(KEY_CACHE, Math.floor(settings.keys / 10));
      const server = await stage.server({ lanes: settings.lanes, keyCacheSize });
      const client = await stage.client();
      const subjects = (["sealedKey", "name"] as const).map((reference, index): Subject => {
        // By name they begin half the keys away, so that neither finds the other's in a cache.
        const cold = { ...files, reference, count: settings.keys, begin: index * Math.floor(settings.keys / 2) };
        const warm = { ...cold, count: WARM_KEYS, begin: 0 };
        return {
          name: reference === "name" ? "cold_named_key" : "cold_key",
          unit: "µs",
          baselineName: reference === "name" ? "warm_named_key" : "warm_key",
          measure: () => timePerRequest(server, client, settings, cold),
          baseline: () => timePerRequest(server, client, settings, warm),
        };
      });
      const before = await server.usage();
      const rows = await measureRounds(subjects, settings.rounds, progress);
      return { rows: [...rows, ...memoryRows(before, await server.usage())] };
    } finally {
      await stage.close();
    }
  },
};

async function timePerRequest(
  server: BenchServer,
  client: Worker<LoadTask, LoadResult>,
  { window, seconds }: Settings,
  terminalKeys: KeyRecords,
): Promise<Sample> {
  const { value, details } = await server.rate(client, {
    line: "stream",
    traffic: { steps: "translate", terminalKeys },
    echo: false,
    pattern: { kind: "closed", window },
    seconds,
  });
  return { value: 1e6 / value, ...(details && { details }) };
}

/** Resident memory when all was measured, against that of the server before its first request. */
function memoryRows(before: ServerUsage, after: ServerUsage): readonly Row[] {
  return (["frontMemory", "laneMemory"] as const).map((part) =>
    rowOfPairs(part === "frontMemory" ? "keys_front_memory" : "keys_lane_memory", "MiB", "at_start", [
      { value: { value: after[part] / MIB }, baseline: { value: before[part] / MIB } },
    ]),
  );
}
