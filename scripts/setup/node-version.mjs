import { SetupProblem } from "./progress.mjs";

const OLDEST = 20;

/** Node ≥ 20 on Linux, or a clear word. */
export function checkNodeVersion() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < OLDEST) throw new SetupProblem(`pinmac needs Node ${OLDEST} or newer; this is ${process.version}.`);
  if (process.platform !== "linux")
    throw new SetupProblem(`This set-up knows Debian and Ubuntu only, not ${process.platform}.`);
}
