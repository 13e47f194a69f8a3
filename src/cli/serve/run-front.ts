import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type LaneEngine, startLanes } from "../../engine/lanes/index.js";
import type { LoginTurn } from "../../engine/lanes/login-gate.js";
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
import type { SpendingOptions } from "../../service/spending/index.js";
import type { KeyRegister } from "../../store/index.js";
import type { ListenAddress, ServerConfig } from "../config/index.js";
import { formatListenAddress } from "../config/index.js";
import { type OpenAudit, openAudit } from "./audit.js";
import type { FrontPlace } from "./fronts/front-messages.js";
import { watchLanes } from "./lane-watch.js";
import { openLives } from "./lives.js";
import { type Observation, observe } from "./observation.js";
import { openPolicy, reloadOnHangup } from "./policy.js";
import { condemn, openRegister } from "./register.js";
import { RegisterWatch } from "./register-watch.js";
import { describeStart } from "./service-start.js";
import { openSpending } from "./spending.js";
import { openUsage, type UsageReport } from "./usage.js";

/** A front that serves. */
export interface ServingFront {
  readonly address: ListenAddress;
  readonly lanesReady: number;
  readonly observation: Observation;
}

/** What a front is run in: the only process of its service, or one of several. */
export interface FrontSurroundings {
  /** Resolves when the front is to drain and end, with the reason for the log. */
  readonly stopped: Promise<string>;
  /** Opens what is to be there before the port; it is closed with the front. */
  opening?(observation: Observation): Promise<{ close(): Promise<void> } | undefined>;
  /** Called when it serves. */
  serving(front: ServingFront): void;
  /** Which of several it is; not given: there is one. */
  readonly place?: FrontPlace;
  /** Where several log in to one token. */
  readonly loginTurn?: LoginTurn;
}

/**
 * Serves until it is told to stop, then drains. The lanes start before the port opens, so that nobody is answered by a service without a
 * token.
 * @throws ConfigurationError; VerificationFailed of the register; LaneStartError; StoreError; ServerStartError
 */
export async function runFront(config: ServerConfig, surroundings: FrontSurroundings): Promise<void> {
  const { place, stopped } = surroundings;
  const policy = openPolicy(config);
  const logger = createServiceLogger(config.logLevel);
  const observation = observe(logger, config);
  const booking = await openSpending(config, observation);
  try {
    const engine = await openEngine(config, observation, surroundings.loginTurn);
    const stopWatching = watchLanes(engine, logger, observation.alarms);
    let register: KeyRegister | undefined;
    let watch: RegisterWatch | undefined;
    let audit: OpenAudit | undefined;
    let usage: UsageReport | undefined;
    let opened: { close(): Promise<void> } | undefined;
    try {
      const parts = { engine, logger, alarms: observation.alarms };
      const found = await openRegister(config, parts);
      register = found.register;
      audit = await openAudit(config, engine, logger, observation, (id) => describeStart(config, engine, id, place), place);
      condemn(register, found.faults, parts);
      watch = new RegisterWatch(config, register, audit, parts);
      await watch.note();
      const lives = openLives(config, engine, register, logger);
      usage = openUsage(config, logger);
      opened = await surroundings.opening?.(observation);
      const server = await openServer(
        config,
        { engine, register, lives, usage: usage.sink },
        logger,
        policy,
        booking.spending,
        audit?.sink,
        observation,
      );
      if (policy !== undefined) reloadOnHangup(policy, logger, observation.metrics);
      const address = { host: server.address, port: server.port };
      surroundings.serving({ address, lanesReady: engine.state.lanesReady, observation });
      const signal = await stopped;
      logger.info({ signal }, "stopping");
      // From here on lanes end because they are told to.
      stopWatching();
      await server.shutdown(config.drainSeconds * 1000);
    } finally {
      await opened?.close();
      await watch?.stop();
      // Its last checkpoint is signed in the token.
      await audit?.close();
      await engine.close();
      register?.close();
      usage?.close();
    }
    logger.info("stopped");
  } finally {
    await booking.close();
  }
}

async function openEngine(
  config: ServerConfig,
  { metrics }: Observation,
  loginTurn: LoginTurn | undefined,
): Promise<LaneEngine> {
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
    loginTurn,
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
  readonly usage: UsageReport["sink"];
}

function openServer(
  config: ServerConfig,
  { engine, register, lives, usage }: ServedKeys,
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
    usage,
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
