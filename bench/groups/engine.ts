import type { EngineSetup } from "../engine/setup.js";
import type { Sample } from "../figures/index.js";
import { measureRounds } from "../rounds.js";
import { KEY_NAMES, onStage } from "../stage/index.js";
import type { Group } from "./group.js";

/** The engine of one lane in a loop, against the least that the same translation can cost on the token. */
export const engine: Group = {
  name: "engine",
  description: "the engine of one lane against a bare loop of the same PKCS#11 calls",
  measure: ({ rounds, seconds }, progress) =>
    onStage(async (stage) => {
      const { inboundPin, outboundPin } = KEY_NAMES;
      const setup: EngineSetup = {
        ...stage.place,
        source: stage.sealedKeys[inboundPin]?.toString("base64") ?? "",
        target: stage.sealedKeys[outboundPin]?.toString("base64") ?? "",
      };
      const bare = await stage.worker<number, Sample>("bare-worker", stage.place);
      const own = await stage.worker<number, Sample>("engine-worker", setup);
      const subject = {
        name: "engine_translate",
        unit: "/s",
        baselineName: "pkcs11js_loop",
        measure: () => own.run(seconds),
        baseline: () => bare.run(seconds),
      } as const;
      return { rows: await measureRounds([subject], rounds, progress) };
    }),
};
