import { createHash } from "node:crypto";
import type { CheckpointSigner } from "../../audit/index.js";
import { Refusal } from "../../base/index.js";
import type { Engine } from "../../engine/engine.js";

/** Signs checkpoints of the audit log with the token's audit key, in whatever lane is free. */
export function checkpointSigner(engine: Pick<Engine, "execute">, keyId: string): CheckpointSigner {
  return {
    keyId,
    sign: async (bytes) => {
      const digest = createHash("sha256").update(bytes).digest();
      const [outcome] = await engine.execute([{ kind: "signCheckpoint", digest }]);
      if (outcome?.kind === "signCheckpoint") return outcome.signature;
      throw new Refusal(outcome?.kind === "refused" ? outcome.reason : "INTERNAL");
    },
  };
}
