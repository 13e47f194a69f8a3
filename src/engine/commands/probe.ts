import type { TokenProbe } from "../token-probe.js";
import type { DoneOutcome } from "./command.js";

/** Has the token give a known answer. @throws TokenFault */
export function probe(tokenProbe: TokenProbe): DoneOutcome {
  tokenProbe.check();
  return { kind: "done" };
}
