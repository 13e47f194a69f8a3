/** Counts the calls in which the token works, of one translation with both keys at hand. */
import { parsePan } from "../../src/pin/index.js";
import type { EngineSetup } from "../engine/setup.js";
import { delayCalls } from "../slow/delaying-calls.js";
import { openBenchEngine } from "../stage/bench-engine.js";
import { PAN, PIN_BLOCK } from "../stage/fixture.js";
import { serveWorker } from "../stage/serve-worker.js";

const TRANSLATIONS = 100;

serveWorker<EngineSetup, "count", number>(async (setup) => {
  const count = delayCalls(0);
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
  const run = async (): Promise<number> => {
    await translate();
    const before = count.calls;
    for (let index = 0; index < TRANSLATIONS; index += 1) await translate();
    return (count.calls - before) / TRANSLATIONS;
  };
  return { facts: {}, run, close: () => engine.close() };
});
