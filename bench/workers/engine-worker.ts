/** The engine in one process, as a lane runs it, without the frames: one command after the other. */
import { parsePan } from "../../src/pin/index.js";
import { repeatFor } from "../engine/repeat-for.js";
import type { EngineSetup } from "../engine/setup.js";
import type { Sample } from "../figures/index.js";
import { openBenchEngine } from "../stage/bench-engine.js";
import { PAN, PIN_BLOCK, TRANSLATED_PIN_BLOCK } from "../stage/fixture.js";
import { serveWorker } from "../stage/serve-worker.js";

serveWorker<EngineSetup, number, Sample>(async (setup) => {
  const engine = openBenchEngine(setup);
  const commands = [
    {
      kind: "translatePin",
      source: { key: { sealedKey: Buffer.from(setup.source, "base64") }, format: 0, pinBlock: PIN_BLOCK },
      target: { key: { sealedKey: Buffer.from(setup.target, "base64") }, format: 0 },
      pan: parsePan(PAN),
    },
  ] as const;
  const translate = async (): Promise<void> => {
    const [outcome] = await engine.execute(commands);
    // A wrong answer is not worth measuring.
    if (outcome?.kind !== "translatePin" || !outcome.pinBlock.equals(TRANSLATED_PIN_BLOCK)) {
      throw new Error("The engine translated wrongly.");
    }
  };
  await translate();
  return { facts: {}, run: (seconds) => repeatFor(seconds, translate), close: () => engine.close() };
});
