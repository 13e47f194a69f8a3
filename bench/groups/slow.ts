import type { EngineSetup } from "../engine/setup.js";
import { type Pair, rowOfPairs, rowOfSamples, type Sample } from "../figures/index.js";
import { KEY_NAMES, onStage } from "../stage/index.js";
import type { Group } from "./group.js";

const LANES = 16;
/** Of a call, in milliseconds. */
const DELAY = 2;

/**
 * A token behind a network: 2 ms a call, 16 lanes. Its bound is what the lanes could do if nothing but the token took time; the calls of a
 * translation are counted, not assumed.
 */
export const slow: Group = {
  name: "slow",
  description: "a slow token (2 ms a call) with 16 lanes, against its bound; delay of the front's event loop",
  measure: ({ rounds, seconds, window }, progress) =>
    onStage(async (stage) => {
      const setup: EngineSetup = {
        ...stage.place,
        source: stage.sealedKeys[KEY_NAMES.inboundPin]?.toString("base64") ?? "",
        target: stage.sealedKeys[KEY_NAMES.outboundPin]?.toString("base64") ?? "",
      };
      const calls = await (await stage.worker<"count", number>("call-count-worker", setup)).run("count");
      const bound: Sample = { value: (LANES * 1_000) / (calls * DELAY), details: { "calls for a translation": calls } };
      progress(`${LANES} lanes log in to a token that takes ${DELAY} ms a call`);
      const server = await stage.server({ lanes: LANES, tokenDelay: DELAY, watchEventLoop: true });
      const client = await stage.client();
      const task = {
        line: "stream",
        traffic: { steps: "translate", terminalKeys: "static" },
        echo: false,
        pattern: { kind: "closed", window },
        seconds,
      } as const;
      await server.load(client, task);
      const pairs: Pair[] = [];
      const delays: Sample[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const { load, after } = await server.load(client, task);
        pairs.push({ value: { value: load.perSecond, details: { "p50 ms": load.p50, "p99 ms": load.p99 } }, baseline: bound });
        delays.push({ value: after.eventLoopP99 });
        const figures = `${load.perSecond.toFixed(0)} /s of ${bound.value.toFixed(0)} /s`;
        progress(`round ${round} of ${rounds}: slow_token ${figures}, event loop p99 ${after.eventLoopP99.toFixed(1)} ms`);
      }
      return {
        rows: [
          rowOfPairs("slow_token", "/s", "slow_token_bound", pairs),
          rowOfSamples("slow_token_event_loop_p99", "ms", delays),
        ],
      };
    }),
};
