import { Server, ServerCredentials } from "@grpc/grpc-js";
import { CallLog } from "./call-log.js";
import { CallRunner, InFlight, type UnavailableReason } from "./calls/index.js";
import { createMutualTlsCredentials } from "./credentials.js";
import { Dependency } from "./dependency.js";
import { HealthReporter } from "./health.js";
import { completeLimits, toGrpcServerOptions } from "./limits.js";
import { formatListenAddress, isLoopback, type ListenAddress, parseListenAddress } from "./listen-address.js";
import { addReflection } from "./reflection.js";
import type { RunningServer, ServerOptions } from "./server-options.js";
import { ServerStartError } from "./server-start-error.js";
import { addServices, SERVICE_NAMES } from "./services.js";

/** How long after the deadline a connection may take to vanish. */
const LAST_RESORT_MS = 1_000;

/**
 * Starts the gRPC server. It listens when the promise resolves; whether it serves, its health says.
 * @throws ServerStartError
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const listen = parseListenAddress(options.listen);
  const credentials = createCredentials(options, listen);
  const limits = completeLimits(options.limits);
  if (options.reflection === true && options.environment === "production") {
    throw new ServerStartError("REFLECTION_NOT_ALLOWED");
  }
  const server = new Server(toGrpcServerOptions(limits));
  const inFlight = new InFlight(limits.maxInFlight, limits.maxInFlightPerClient);
  const dependencies = dependenciesOf(options);
  const runner = new CallRunner(inFlight, {
    ...options,
    log: new CallLog(options.logger),
    metrics: options.metrics?.calls,
    failed: (reason) => dependencies[reason].failed(),
  });
  options.metrics?.calls.watchLoad(() => runner.load);
  addServices(server, runner, options);
  if (options.reflection === true) addReflection(server);
  for (const { definition, implementation } of options.additionalServices ?? []) {
    server.addService(definition, implementation);
  }
  const health = new HealthReporter([options.engine, options.register, ...Object.values(dependencies)], SERVICE_NAMES);
  health.addTo(server);
  const port = await bind(server, listen, credentials).catch((error: unknown) => {
    health.stop();
    throw error;
  });
  const stop = () => {
    health.stop();
    for (const dependency of Object.values(dependencies)) dependency.close();
  };
  return new GrpcServer(server, runner, stop, { host: listen.host, port });
}

/** What answers need besides the engine, by the reason of the refusals while it fails. */
function dependenciesOf({ audit, spending }: ServerOptions): Record<UnavailableReason, Dependency> {
  return {
    AUDIT_UNAVAILABLE: new Dependency(async () => audit?.probe?.()),
    LEDGER_UNAVAILABLE: new Dependency(async () => {
      await spending?.ksns?.ledger.probe();
      await spending?.failures?.budgets.probe();
    }),
  };
}

function createCredentials({ transport, environment }: ServerOptions, listen: ListenAddress): ServerCredentials {
  if (transport.kind === "mutualTls") return createMutualTlsCredentials(transport);
  if (environment === "production" || !isLoopback(listen)) throw new ServerStartError("INSECURE_NOT_ALLOWED");
  return ServerCredentials.createInsecure();
}

function bind(server: Server, listen: ListenAddress, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(formatListenAddress(listen), credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(new ServerStartError("LISTEN_FAILED", error));
    });
  });
}

class GrpcServer implements RunningServer {
  readonly address: string;
  readonly port: number;
  readonly #server: Server;
  readonly #runner: CallRunner;
  readonly #stopServing: () => void;
  #stopped: Promise<void> | undefined;

  /** @param stopServing says NOT_SERVING from then on */
  constructor(server: Server, runner: CallRunner, stopServing: () => void, { host, port }: ListenAddress) {
    this.#server = server;
    this.#runner = runner;
    this.#stopServing = stopServing;
    this.address = host;
    this.port = port;
  }

  shutdown(deadlineMs: number): Promise<void> {
    this.#stopped ??= this.#stop(deadlineMs).then(() => this.#runner.close());
    return this.#stopped;
  }

  /**
   * A graceful end waits for every open stream, and a health watch never ends by itself: hence the grace time of `drain`.
   *
   * The order matters in grpc-js 1.14: without channelz `forceShutdown` knows no sessions and breaks nothing off, and `drain` passes
   * over a session that is closing already. So `drain` goes first, and `tryShutdown` reports when the last connection is gone.
   */
  #stop(deadlineMs: number): Promise<void> {
    this.#stopServing();
    this.#runner.finishStreams();
    this.#server.drain(formatListenAddress({ host: this.address, port: this.port }), deadlineMs);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadlineMs + LAST_RESORT_MS);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
