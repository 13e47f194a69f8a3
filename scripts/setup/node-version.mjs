import { SetupProblem } from "./progress.mjs";

/** Where `crypto.hash` came. */
const OLDEST = { major: 20, minor: 12 };

/** Node ≥ 20.12 on Linux, or a clear word. */
export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isTooOld = major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor);
  if (isTooOld)
    throw new SetupProblem(`pinmac needs Node ${OLDEST.major}.${OLDEST.minor} or newer; this is ${process.version}.`);
  if (process.platform !== "linux")
    throw new SetupProblem(`This set-up knows Debian and Ubuntu only, not ${process.platform}.`);
}
