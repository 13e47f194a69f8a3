import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SecretBytes } from "../../../src/base/index.js";
import { openKeyMaker } from "../../../src/engine/index.js";
import { startLanes } from "../../../src/engine/lanes/index.js";
import type { KeyHeaderDraft } from "../../../src/keyblock/index.js";
import type { OperationSwitches } from "../../../src/service/index.js";
import type { KeyRecord } from "../../../src/store/index.js";
import { createTestToken } from "../../support/softhsm.js";
import { startTestServer, type TestServer } from "./test-server.js";

/** The whole product but its command line: a token, two lane processes, the register, the server. */
export interface FullStack {
  readonly server: TestServer;
  /** Seals the material under the token and registers it. */
  addKey(draft: Omit<KeyHeaderDraft, "keyLength">, materialHex: string): Promise<KeyRecord>;
  stop(): Promise<void>;
}

/** Lanes are programs of their own, and so they are the built ones. */
const LANE_ENTRY = fileURLToPath(new URL("../../../dist/engine/lanes/lane-main.js", import.meta.url));

/** @param operations those that are switched on */
export async function startFullStack(operations: OperationSwitches = {}): Promise<FullStack> {
  if (!existsSync(LANE_ENTRY)) throw new Error("dist is missing: run `npm run build` first");
  const token = createTestToken();
  const maker = openKeyMaker({ ...token, environment: "test" });
  const engine = await startLanes({ ...token, environment: "test", keyCacheSize: 100, lanes: 2, laneEntry: LANE_ENTRY });
  const server = await startTestServer(engine, { operations });
  return {
    server,
    addKey: async (draft, materialHex) => {
      const material = SecretBytes.take(Buffer.from(materialHex, "hex"));
      const { sealedKey } = maker.importClearKey({ ...draft, keyLength: material.length }, material);
      return server.register.add(sealedKey);
    },
    stop: async () => {
      await server.stop();
      await engine.close();
      maker.close();
      token.remove();
    },
  };
}
