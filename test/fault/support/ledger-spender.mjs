/**
 * Spends KSNs on the ledger of its first argument until it is killed or has nothing to do. Each line of its output is written after the
 * spend of that counter resolved: {counter, outcome}. Arguments: path, first counter, count, digest seed, spends at once.
 */
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { openKsnLedger } from "../../../dist/store/ledger/index.js";

const [path, first, count, seed, atOnce] = process.argv.slice(2);
const ledger = openKsnLedger(path);

async function spend(counter, number) {
  const requestDigest = createHash("sha256").update(`${seed}/${counter}/${number}`).digest();
  const deviceId = Buffer.alloc(10, 0xff);
  try {
    const [outcome] = await ledger.spend([{ bdkId: "bdk", deviceId, use: "pin", counter, requestDigest, mode: "enforce" }]);
    writeSync(1, `${JSON.stringify({ counter, outcome })}\n`);
  } catch (error) {
    writeSync(1, `${JSON.stringify({ counter, refused: error.reason ?? "defect" })}\n`);
  }
}

writeSync(1, "ready\n");
process.stdin.once("data", async () => {
  for (let counter = Number(first); counter < Number(first) + Number(count); counter++) {
    await Promise.all(Array.from({ length: Number(atOnce) }, (_, number) => spend(counter, number)));
  }
  await ledger.close();
  process.exit(0);
});
