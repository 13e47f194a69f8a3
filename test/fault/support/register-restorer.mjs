/**
 * A process that restores a backup: the register, the backup, the seal key of software and the step before which it kills itself, as JSON in
 * its first argument. Steps are everything that it does to files, itself or through SQLite. When it was not killed it prints how many it did.
 */
import { createHmac } from "node:crypto";
import fs, { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import SqliteDatabase from "better-sqlite3";

const { register, backup, sealKey, killBefore } = JSON.parse(process.argv[2] ?? "{}");
let steps = 0;

function countCalls(object, names) {
  for (const name of names) {
    const original = object[name];
    object[name] = function (...args) {
      steps += 1;
      if (steps === killBefore) process.kill(process.pid, "SIGKILL");
      return original.apply(this, args);
    };
  }
}
countCalls(fs, ["copyFileSync", "chmodSync", "linkSync", "renameSync", "rmSync", "fsyncSync"]);
countCalls(SqliteDatabase.prototype, ["pragma", "transaction", "close"]);
syncBuiltinESMExports();

const { restoreRegister } = await import("../../../dist/cli/register/index.js");
const { registerHeadMessage } = await import("../../../dist/keyblock/index.js");

const seal = (head) => createHmac("sha256", sealKey).update(registerHeadMessage(head)).digest().subarray(0, 16);
const answer = (command) =>
  command.kind === "sealRegisterHead"
    ? { kind: "sealRegisterHead", seal: seal(command.head) }
    : { kind: "verifySeals", holds: command.sealedKeys.map(() => true) };

await restoreRegister({ register }, backup, {
  engine: { execute: async (commands) => commands.map(answer) },
  confirmRollback: () => Promise.reject(new Error("nobody is here to be asked")),
  record: async () => undefined,
  now: Date.now(),
});
writeSync(1, `${steps}\n`);
