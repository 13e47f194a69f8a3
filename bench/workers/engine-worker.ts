/** The engine in one process, as a lane runs it, without the frames: one command after the other. */
import { parsePan } from "../../src/pin/index.js";
import { openSqliteRegister } from "../../src/store/index.js";
import { PAN, PIN_BLOCK, TRANSLATED_PIN_BLOCK } from "../translate/fixture.js";
import type { TranslationSetup } from "../translate/setup.js";
import { openBenchEngine } from "./bench-engine.js";
import { repeatFor, serveWorker } from "./serve-worker.js";

serveWorker<TranslationSetup>(async (setup) => {
  const register = openSqliteRegister(setup.register);
  const source = await register.get(setup.sourceKeyName);
  const target = await register.get(setup.targetKeyName);
  register.close();
  const engine = openBenchEngine(setup);
  const commands = [
    {
      kind: "translatePin",
      source: { key: { sealedKey: source.sealedKey }, format: 0, pinBlock: PIN_BLOCK },
      target: { key: { sealedKey: target.sealedKey }, format: 0 },
      pan: parsePan(PAN),
    },
  ] as const;
  const translate = async (): Promise<void> => {
    const [outcome] = await engine.execute(commands);
    if (outcome?.kind !== "translatePin") throw new Error("The engine did not translate.");
  };
  const [first] = await engine.execute(commands);
  if (first?.kind !== "translatePin" || !first.pinBlock.equals(TRANSLATED_PIN_BLOCK)) {
    throw new Error("The engine translated wrongly.");
  }
  return { facts: {}, run: (task) => repeatFor(task.seconds, translate), close: () => engine.close() };
});
