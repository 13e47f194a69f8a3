/**
 * A process that appends: directory, private key (PEM), public key (PEM) and how many at once as JSON in its first argument. Prints the number of
 * every entry that was acknowledged, or `refused`, a line each, until it is killed or `count` entries are done.
 */
import { sign } from "node:crypto";
import { writeSync } from "node:fs";
import { openAuditLog } from "../../../dist/audit/index.js";

// A file beyond the limit of the process: the write fails, and that is all.
process.on("SIGXFSZ", () => {});
const { directory, privateKeyPem, publicKeyPem, concurrency, count, first } = JSON.parse(process.argv[2] ?? "{}");
const signer = {
  keyId: "test",
  sign: async (bytes) => sign("sha256", bytes, { key: privateKeyPem, dsaEncoding: "ieee-p1363" }),
};
const log = await openAuditLog({ directory, publicKeyPem, signer, checkpointRecords: 50 });
let next = first;

async function appendOn() {
  while (next < first + count) {
    const number = next++;
    try {
      await log.append({
        caller: "CN=switch",
        operation: "PinService.TranslatePin",
        keys: [],
        outcome: "OK",
        latencyMicroseconds: 1,
        correlationId: `call-${number}`,
        digests: {},
        at: Date.now(),
      });
      writeSync(1, `${number}\n`);
    } catch (error) {
      writeSync(1, `refused ${error.reason}\n`);
    }
  }
}
await Promise.all(Array.from({ length: concurrency }, appendOn));
