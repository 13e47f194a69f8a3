/** Counts and times the calls in which a slow token works, of one translation with both keys at hand. The task is the delay in milliseconds. */
import { parsePan } from "../../src/pin/index.js";
import type { EngineSetup } from "../engine/setup.js";
import type { CallFacts } from "../slow/call-facts.js";
import { delayCalls } from "../slow/delaying-calls.js";
import { openBenchEngine } from "../stage/bench-engine.js";
import { PAN, PIN_BLOCK } from "../stage/fixture.js";
import { serveWorker } from "../stage/serve-worker.js";

const TRANSLATIONS = 100;

serveWorker<EngineSetup, number, CallFacts>(async (setup) => {
  // Not yet slow: the self-test need not be.
  const delay = { milliseconds: 0 };
  const count = delayCalls(delay);
  const engine = openBenchEngine(setup);
  const translate = () =>
    engine.execute([
      {
        kind: "translatePin",
        source: { key: { sealedKey: Buffer.from(setup.source, "base64") }, format: 0, pinBlock: PIN_BLOCK },
        target: { key: { sealedKey: Buffer.from(setup.target, "base64") }, format: 0 },
        pan: parsePan(PAN),
      },
    ]);
  const run = async (milliseconds: number): Promise<CallFacts> => {
    await translate();
    delay.milliseconds = milliseconds;
    const before = { ...count };
    for (let index = 0; index < TRANSLATIONS; index += 1) await translate();
    const calls = count.calls - before.calls;
    return { calls: calls / TRANSLATIONS, callTook: (count.took - before.took) / calls };
  };
  return { facts: {}, run, close: () => engine.close() };
});
