import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type LaneEngine, startLanes } from "../../engine/lanes/index.js";
import type { RegisteredLives } from "../../lifecycle/index.js";
import type { PolicyFile } from "../../policy/index.js";
import type { AuditSink } from "../../service/audit-trail.js";
import {
  createServiceLogger,
  type InsecureLoopback,
  type MutualTls,
  type RunningServer,
  startServer,
} from "../../service/index.js";
import type { MetricsServer } from "../../service/metrics/index.js";
import type { SpendingOptions } from "../../service/spending/index.js";
import type { KeyRegister } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { formatListenAddress } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";
import { print } from "../output/index.js";
import { type OpenAudit, openAudit } from "./audit.js";
import { findStartProblems } from "./find-problems.js";
import { watchLanes } from "./lane-watch.js";
import { openLives } from "./lives.js";
import { type Observation, observe, serveMetrics } from "./observation.js";
import { openPolicy, reloadOnHangup } from "./policy.js";
import { condemn, openRegister } from "./register.js";
import { RegisterWatch } from "./register-watch.js";
import { describeStart } from "./service-start.js";
import { openSpending } from "./spending.js";
import { currentConditions } from "./start-conditions.js";
import { stopSignal } from "./stop-signal.js";

/** What the command line adds to the configuration. */
export interface ServeOptions {
  readonly allowInsecureDevelopment: boolean;
}

/**
 * Serves until SIGINT or SIGTERM, then drains. The lanes start before the port opens, so that nobody is answered by a service
 * without a token.
 * @throws ConfigurationError with every reason not to start; VerificationFailed of the register; LaneStartError; StoreError; ServerStartError
 */
export async function serve(config: ServerConfig, options: ServeOptions): Promise<void> {
  const problems = findStartProblems(config, currentConditions(options.allowInsecureDevelopment));
  if (problems.length > 0) throw new ConfigurationError(...problems);
  // From here on a signal ends the start too, in order.
  const stopped = stopSignal();
  const policy = openPolicy(config);
  const logger = createServiceLogger(config.logLevel);
  const observation = observe(logger, config);
  const booking = await openSpending(config, observation);
  try {
    const engine = await openEngine(config, observation);
    const stopWatching = watchLanes(engine, logger, observation.alarms);
    let register: KeyRegister | undefined;
    let watch: RegisterWatch | undefined;
    let audit: OpenAudit | undefined;
    let metricsServer: MetricsServer | undefined;
    try {
      const surroundings = { engine, logger, alarms: observation.alarms };
      const opened = await openRegister(config, surroundings);
      register = opened.register;
      audit = await openAudit(config, engine, logger, observation, (id) => describeStart(config, engine, id));
      condemn(register, opened.faults, surroundings);
      watch = new RegisterWatch(config, register, audit, surroundings);
      await watch.note();
      const lives = openLives(config, engine, register, logger);
      metricsServer = await serveMetrics(config, observation);
      const server = await openServer(
        config,
        { engine, register, lives },
        logger,
        policy,
        booking.spending,
        audit?.sink,
        observation,
      );
      if (policy !== undefined) reloadOnHangup(policy, logger, observation.metrics);
      print(describeService(config, server, engine));
      const signal = await stopped;
      logger.info({ signal }, "stopping");
      // From here on lanes end because they are told to.
      stopWatching();
      await server.shutdown(config.drainSeconds * 1000);
    } finally {
      await metricsServer?.close();
      await watch?.stop();
      // Its last checkpoint is signed in the token.
      await audit?.close();
      await engine.close();
      register?.close();
    }
    logger.info("stopped");
  } finally {
    await booking.close();
  }
}

async function openEngine(config: ServerConfig, { metrics }: Observation): Promise<LaneEngine> {
  const { hsm } = config;
  const engine = await startLanes({
    modulePath: hsm.module,
    moduleEnvironment: hsm.moduleEnvironment,
    tokenLabel: hsm.tokenLabel,
    ...(hsm.tokenSerial === undefined ? {} : { tokenSerial: hsm.tokenSerial }),
    // Its presence was checked with everything else.
    pinFile: hsm.pinFile ?? "",
    environment: config.environment,
    keyCacheSize: config.keyCacheSize,
    lanes: config.lanes,
    queued: (seconds) => metrics.engine.queued.observe(seconds),
  });
  metrics.engine.watchLanes(() => engine.state);
  return engine;
}

/** The keys of a server, and who can use them. */
interface ServedKeys {
  readonly engine: LaneEngine;
  readonly register: KeyRegister;
  readonly lives: RegisteredLives | undefined;
}

function openServer(
  config: ServerConfig,
  { engine, register, lives }: ServedKeys,
  logger: Logger,
  policy: PolicyFile | undefined,
  spending: SpendingOptions,
  audit: AuditSink | undefined,
  observation: Observation,
): Promise<RunningServer> {
  return startServer({
    engine,
    register,
    environment: config.environment,
    listen: formatListenAddress(config.listen),
    transport: readTransport(config),
    reflection: config.reflection,
    limits: config.limits,
    ...(lives && { lives }),
    ...(policy && { policy }),
    spending,
    ...(audit && { audit }),
    operations: config.operations,
    ...observation,
    logger,
  });
}

function readTransport({ tls }: ServerConfig): MutualTls | InsecureLoopback {
  if (tls === undefined) return { kind: "insecureLoopback" };
  return {
    kind: "mutualTls",
    certificate: readFileSync(tls.certificate),
    privateKey: readFileSync(tls.privateKey),
    clientAuthorities: readFileSync(tls.clientAuthorities),
  };
}

function describeService(config: ServerConfig, server: RunningServer, engine: LaneEngine): string {
  const address = formatListenAddress({ host: server.address, port: server.port });
  const transport = config.tls === undefined ? "no TLS" : "mutual TLS";
  const lanes = `${engine.state.lanesReady} ${engine.state.lanesReady === 1 ? "lane" : "lanes"}`;
  return `pinmac serves on ${address} (${transport}, ${config.environment} keys, ${lanes} on token ${config.hsm.tokenLabel}); Ctrl-C ends it.`;
}
