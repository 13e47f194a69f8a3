import type { EngineSetup } from "../engine/setup.js";
import { type Pair, rowOfPairs, rowOfSamples, type Sample } from "../figures/index.js";
import type { CallFacts } from "../slow/call-facts.js";
import { KEY_NAMES, onStage, rateOf } from "../stage/index.js";
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
      const facts = await (await stage.worker<number, CallFacts>("call-count-worker", setup)).run(DELAY);
      const bound: Sample = {
        value: (LANES * 1_000) / (facts.calls * DELAY),
        details: { "calls for a translation": facts.calls, "ms of a call": facts.callTook },
      };
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
        const figures = await server.load(client, task);
        const [value, delay] = [rateOf(figures), figures.after.eventLoopP99];
        pairs.push({ value, baseline: bound });
        delays.push({ value: delay });
        const rates = `${value.value.toFixed(0)} /s of ${bound.value.toFixed(0)} /s`;
        progress(`round ${round} of ${rounds}: slow_token ${rates}, event loop p99 ${delay.toFixed(1)} ms`);
      }
      return {
        rows: [
          rowOfPairs("slow_token", "/s", "slow_token_bound", pairs),
          rowOfSamples("slow_token_event_loop_p99", "ms", delays),
        ],
      };
    }),
};
