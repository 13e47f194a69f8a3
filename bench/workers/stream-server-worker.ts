/** Two real servers on the same lanes of a real token, one of which keeps ledger and audit log; each with an echo beside its own services. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { DIGEST_PURPOSES } from "../../src/audit/index.js";
import { openAudit } from "../../src/cli/serve/audit.js";
import { observe } from "../../src/cli/serve/observation.js";
import { openSpending } from "../../src/cli/serve/spending.js";
import { startLanes } from "../../src/engine/lanes/index.js";
import { type ServerOptions, startServer } from "../../src/service/index.js";
import { openSqliteRegister } from "../../src/store/index.js";
import type { StreamSetup } from "../stream/setup.js";
import { EchoStreamService, echoStream } from "./echo-service.js";
import { serveWorker } from "./serve-worker.js";

serveWorker<StreamSetup>(async (setup) => {
  const logger = pino({ level: "warn" }, pino.destination(2));
  const engine = await startLanes({
    modulePath: setup.modulePath,
    moduleEnvironment: { SOFTHSM2_CONF: process.env["SOFTHSM2_CONF"] ?? "" },
    tokenLabel: setup.tokenLabel,
    pinFile: setup.pinFile,
    environment: "test",
    keyCacheSize: 100,
    lanes: setup.lanes,
  });
  const register = openSqliteRegister(setup.register);
  const options: ServerOptions = {
    engine,
    register,
    environment: "test",
    listen: "127.0.0.1:0",
    transport: {
      kind: "mutualTls",
      certificate: readFileSync(setup.tls.serverCertificate),
      privateKey: readFileSync(setup.tls.serverKey),
      clientAuthorities: readFileSync(setup.tls.authority),
    },
    logger,
    additionalServices: [{ definition: EchoStreamService, implementation: { echoStream } }],
  };
  // Counted as in the service, though nobody asks.
  const observation = observe(logger, {});
  const plain = await startServer(options);
  const ledger = { path: join(setup.directory, "ledger.sqlite"), mode: "enforce", modes: {}, outOfOrderWindow: 0 } as const;
  const { spending, close: closeSpending } = await openSpending({ ledger }, observation);
  const audit = await openAudit(
    {
      audit: {
        directory: join(setup.directory, "audit"),
        checkpointEverySeconds: 60,
        checkpointEveryRecords: 1_000,
        rotateEverySeconds: 86_400,
        rotateEveryBytes: 64 * 1_024 * 1_024,
        digests: [...DIGEST_PURPOSES],
      },
    },
    engine,
    logger,
    observation,
  );
  if (audit === undefined) throw new Error("There is no audit log.");
  const recording = await startServer({ ...options, ...observation, spending, audit: audit.sink });
  return {
    facts: { plainPort: plain.port, recordingPort: recording.port },
    run: () => Promise.reject(new Error("The servers are measured by their client.")),
    close: async () => {
      await Promise.all([plain.shutdown(1_000), recording.shutdown(1_000)]);
      await closeSpending();
      await audit.close();
      await engine.close();
      register.close();
    },
  };
});
