/** Makes terminal keys and writes them to a file, one file for each task. Ended after one: the token module keeps memory of every object. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { SecretBytes } from "../../src/base/index.js";
import { openTestedToken } from "../../src/engine/open-tested-token.js";
import type { FileTask } from "../keys/file-task.js";
import { makeTerminalKey } from "../keys/terminal-key-maker.js";
import { serveWorker } from "../stage/serve-worker.js";
import type { TokenPlace } from "../stage/setup.js";

serveWorker<TokenPlace, FileTask, number>(async ({ modulePath, tokenLabel, pinFile }) => {
  const token = openTestedToken({
    modulePath,
    moduleEnvironment: {},
    tokenLabel,
    readPin: () => SecretBytes.take(Buffer.from(readFileSync(pinFile, "utf8").trim())),
    environment: "test",
  });
  return {
    facts: {},
    run: async ({ file, first, count }) => {
      const records = Array.from({ length: count }, (_, index) => makeTerminalKey(token, first + index));
      const length = records[0]?.length ?? 0;
      if (records.some((record) => record.length !== length)) throw new Error("The records are not as long as each other.");
      // Whole or not at all.
      writeFileSync(`${file}.part`, Buffer.concat(records), { mode: 0o600 });
      renameSync(`${file}.part`, file);
      return length;
    },
    close: async () => token.close(),
  };
});
