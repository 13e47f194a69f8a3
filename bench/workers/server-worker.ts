/** The real server on a real token, with an echo beside its own services. */
import { readFileSync } from "node:fs";
import { pino } from "pino";
import { startLanes } from "../../src/engine/lanes/index.js";
import { startServer } from "../../src/service/index.js";
import { openSqliteRegister } from "../../src/store/index.js";
import type { TranslationSetup } from "../translate/setup.js";
import { EchoService, echo } from "./echo-service.js";
import { serveWorker } from "./serve-worker.js";

serveWorker<TranslationSetup>(async (setup) => {
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
  const server = await startServer({
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
    logger: pino({ level: "info" }, pino.destination(2)),
    additionalServices: [{ definition: EchoService, implementation: { echo } }],
  });
  return {
    facts: { port: server.port },
    run: () => Promise.reject(new Error("The server is measured by its client.")),
    close: async () => {
      await server.shutdown(1_000);
      await engine.close();
      register.close();
    },
  };
});
