import type { StartConditions } from "./find-problems.js";

/** The conditions of this very process. */
export function currentConditions(insecureAllowed: boolean): StartConditions {
  const fromEnvironment = (process.env["NODE_OPTIONS"] ?? "").split(/\s+/).filter((word) => word !== "");
  return { now: new Date(), insecureAllowed, nodeArguments: [...process.execArgv, ...fromEnvironment] };
}
