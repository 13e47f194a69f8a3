import { Refusal } from "../base/index.js";
import type { RegisterHead } from "../keyblock/register-head.js";
import type { Engine } from "./engine.js";

/**
 * What the key register asks of the token: a seal over where its journal stands. It goes to whatever lane is free.
 * @returns the function; it throws Refusal TOKEN_UNAVAILABLE, OVERLOADED
 */
export function registerSealer(engine: Pick<Engine, "execute">): (head: RegisterHead) => Promise<Buffer> {
  return async (head) => {
    const [outcome] = await engine.execute([{ kind: "sealRegisterHead", head }]);
    if (outcome?.kind === "sealRegisterHead") return outcome.seal;
    throw new Refusal(outcome?.kind === "refused" ? outcome.reason : "INTERNAL");
  };
}
