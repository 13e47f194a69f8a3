import { readFileSync } from "node:fs";
import { SecretBytes } from "../../src/base/index.js";
import { openTokenEngine, type TokenEngine } from "../../src/engine/token-engine.js";
import type { TokenPlace } from "./setup.js";

/** The engine in this process, as a lane has it. The process was started with the module's environment. */
export function openBenchEngine({ modulePath, tokenLabel, pinFile }: TokenPlace, keyCacheSize = 100): TokenEngine {
  return openTokenEngine({
    modulePath,
    moduleEnvironment: {},
    tokenLabel,
    readPin: () => SecretBytes.take(Buffer.from(readFileSync(pinFile, "utf8").trim())),
    environment: "test",
    keyCacheSize,
  });
}
