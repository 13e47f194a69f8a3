import { SecretBytes } from "../../../src/base/index.js";
import { type Engine, type EngineCommand, type EngineOutcome, type KeyMaker, openKeyMaker } from "../../../src/engine/index.js";
import { type LaneEngine, startLanes } from "../../../src/engine/lanes/index.js";
import type { KeyHeaderDraft } from "../../../src/keyblock/index.js";
import type { EngineHealth, OperationSwitches } from "../../../src/service/index.js";
import type { KeyRecord } from "../../../src/store/index.js";
import { lanesOn } from "../../fault/support/real-lanes.js";
import type { TestClient } from "../../grpc/support/clients.js";
import { startTestServer, type TestServer } from "../../grpc/support/test-server.js";
import { createTestToken, type TestToken } from "../../support/softhsm.js";

/** Fewer than what one lane takes before it is overloaded. */
const BATCH = 250;

/** The lanes with a witness: every command that gets as far as the engine is kept. */
export class WatchedEngine implements Engine, EngineHealth {
  readonly commands: EngineCommand[] = [];
  readonly lanes: LaneEngine;

  constructor(lanes: LaneEngine) {
    this.lanes = lanes;
  }

  get state(): LaneEngine["state"] {
    return this.lanes.state;
  }

  execute(commands: readonly EngineCommand[]): Promise<readonly EngineOutcome[]> {
    this.commands.push(...commands);
    return this.lanes.execute(commands);
  }

  /** Past the witness, and past the service: many commands, as many at a time as a lane takes. */
  async executeMany(commands: readonly EngineCommand[]): Promise<readonly EngineOutcome[]> {
    const outcomes: EngineOutcome[] = [];
    for (let start = 0; start < commands.length; start += BATCH) {
      outcomes.push(...(await this.lanes.execute(commands.slice(start, start + BATCH))));
    }
    return outcomes;
  }

  onStateChange(listener: () => void): () => void {
    return this.lanes.onStateChange(listener);
  }

  close(): Promise<void> {
    return this.lanes.close();
  }
}

/** The whole product on a real token but for its command line: server, lane processes, register; and the maker of its keys. */
export interface AttackStack {
  readonly token: TestToken;
  readonly engine: WatchedEngine;
  readonly maker: KeyMaker;
  readonly server: TestServer;
  readonly client: TestClient;
  /** Seals the material and registers it. */
  addKey(draft: AttackDraft, material: Buffer): Promise<KeyRecord>;
  stop(): Promise<void>;
}

/** A draft without what is the same for all keys of these tests. */
export type AttackDraft = Pick<KeyHeaderDraft, "name" | "usage" | "algorithm" | "modeOfUse"> & Partial<KeyHeaderDraft>;

export function completeDraft(draft: AttackDraft, keyLength: number): KeyHeaderDraft {
  return { version: 1, exportability: "N", environment: "test", owner: "", keyLength, ...draft };
}

/** @param operations those that are switched on; by default none, as in the product */
export async function startAttackStack(operations: OperationSwitches = {}, lanes = 1): Promise<AttackStack> {
  const token = createTestToken();
  const maker = openKeyMaker({ ...token, environment: "test" });
  const engine = new WatchedEngine(await startLanes({ ...lanesOn(token, lanes), keyCacheSize: 100 }));
  const server = await startTestServer(engine, { operations });
  return {
    token,
    engine,
    maker,
    server,
    client: server.client,
    addKey: (draft, material) => {
      const secret = SecretBytes.take(Buffer.from(material));
      return server.register.add(maker.importClearKey(completeDraft(draft, material.length), secret).sealedKey);
    },
    stop: async () => {
      await server.stop();
      maker.close();
      await engine.close();
      token.remove();
    },
  };
}
