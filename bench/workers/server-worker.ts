/** The product's own server on lanes of a real token, with an echo beside its own services. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { type Logger, pino } from "pino";
import { DIGEST_PURPOSES } from "../../src/audit/index.js";
import { type OpenAudit, openAudit } from "../../src/cli/serve/audit.js";
import type { Observation } from "../../src/cli/serve/observation.js";
import { openSpending } from "../../src/cli/serve/spending.js";
import { type LaneEngine, startLanes } from "../../src/engine/lanes/index.js";
import { Alarms } from "../../src/service/alarms/index.js";
import { startServer } from "../../src/service/index.js";
import { ServiceMetrics } from "../../src/service/metrics/index.js";
import { openSqliteRegister } from "../../src/store/index.js";
import { EchoService, EchoStreamService, echo, echoStream } from "../load/echo-service.js";
import { readProcess } from "../stage/process-usage.js";
import { serveWorker } from "../stage/serve-worker.js";
import type { ServerSetup, ServerUsage } from "../stage/setup.js";

serveWorker<ServerSetup, "usage", ServerUsage>(async (setup) => {
  const logger = pino({ level: "warn" }, pino.destination(2));
  const engine = await startLanes(lanesOptions(setup));
  const register = openSqliteRegister(setup.register);
  // Counted as in the service, though nobody asks.
  const metrics = new ServiceMetrics("bench");
  const observation = { metrics, alarms: new Alarms(logger, metrics) };
  const booking = await openSpending(setup.ledger ? { ledger: ledgerSettings(setup) } : {}, observation);
  const audit = await openBenchAudit(setup, engine, logger, observation);
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
    ...observation,
    spending: booking.spending,
    ...(audit && { audit: audit.sink }),
    logger,
    additionalServices: [
      { definition: EchoService, implementation: { echo } },
      { definition: EchoStreamService, implementation: { echoStream } },
    ],
  });
  const delay = setup.watchEventLoop ? monitorEventLoopDelay({ resolution: 1 }) : undefined;
  delay?.enable();
  return {
    facts: { port: server.port },
    run: async () => readUsage(engine, delay),
    close: async () => {
      await server.shutdown(1_000);
      await booking.close();
      await audit?.close();
      await engine.close();
      register.close();
    },
  };
});

function lanesOptions(setup: ServerSetup): Parameters<typeof startLanes>[0] {
  const { modulePath, moduleEnvironment, tokenLabel, pinFile, keyCacheSize, lanes, tokenDelay } = setup;
  const common = { modulePath, moduleEnvironment, tokenLabel, pinFile, environment: "test", keyCacheSize, lanes } as const;
  if (tokenDelay === 0) return common;
  return {
    ...common,
    moduleEnvironment: { ...moduleEnvironment, BENCH_TOKEN_DELAY: String(tokenDelay) },
    laneEntry: fileURLToPath(new URL("./slow-lane.js", import.meta.url)),
  };
}

function ledgerSettings({ directory }: ServerSetup) {
  return { path: join(directory, "ledger.sqlite"), mode: "enforce", modes: {}, outOfOrderWindow: 0 } as const;
}

async function openBenchAudit(
  setup: ServerSetup,
  engine: LaneEngine,
  logger: Logger,
  observation: Observation,
): Promise<OpenAudit | undefined> {
  if (!setup.audit) return undefined;
  const audit = {
    directory: join(setup.directory, "audit"),
    checkpointEverySeconds: 60,
    checkpointEveryRecords: 1_000,
    rotateEverySeconds: 86_400,
    rotateEveryBytes: 64 * 1_024 * 1_024,
    digests: [...DIGEST_PURPOSES],
  };
  return openAudit({ audit }, engine, logger, observation);
}

function readUsage(engine: LaneEngine, delay: IntervalHistogram | undefined): ServerUsage {
  const { user, system } = process.cpuUsage();
  const lanes = engine.lanePids.map(readProcess);
  const eventLoopP99 = (delay?.percentile(99) ?? 0) / 1e6;
  delay?.reset();
  return {
    frontCpu: user + system,
    laneCpu: lanes.reduce((sum, { cpu }) => sum + cpu, 0),
    frontMemory: process.memoryUsage.rss(),
    laneMemory: lanes.reduce((sum, { memory }) => sum + memory, 0),
    eventLoopP99,
  };
}
