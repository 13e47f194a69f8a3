import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { VAR } from "./paths.mjs";
import { runPinmac } from "./pinmac.mjs";
import { progress } from "./progress.mjs";
import { isStamped, writeStamp } from "./stamp.mjs";

const TLS = join(VAR, "tls");
const STAMP = join(TLS, ".stamp");
const FILES = ["ca.crt", "server.crt", "server.key", "switch.crt", "switch.key", "operator.crt", "operator.key"];

/** How long a look at the certificates holds; `pinmac development certificates` renews a month before they expire. */
const TRUST_DAYS = 7;

/** A private authority with a server's and two clients' certificates. The command itself renews only what needs it. */
export async function makeDevelopmentCertificates() {
  const complete = FILES.every((name) => existsSync(join(TLS, name)));
  if (complete && isStamped(STAMP, "checked") && ageInDays(STAMP) < TRUST_DAYS) return;
  progress("Making development certificates under var/tls");
  await runPinmac("certificates", ["development", "certificates", "--out", TLS]);
  writeStamp(STAMP, "checked");
}

const ageInDays = (path) => (Date.now() - statSync(path).mtimeMs) / 86_400_000;
