import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Logger } from "pino";
import type { Engine } from "../engine/engine.js";
import type { Environment } from "../keyblock/key-header.js";
import type { KeyRegister } from "../store/index.js";
import type { Alarms } from "./alarms/index.js";
import type { AuditSink } from "./audit-trail.js";
import type { KeyUsageSink } from "./handlers/execute.js";
import type { EngineHealth } from "./health.js";
import type { KeyLifeSource } from "./key-life.js";
import type { ServerLimits } from "./limits.js";
import type { ServiceMetrics } from "./metrics/index.js";
import type { OperationSwitches } from "./operations.js";
import type { PolicySource } from "./permission.js";
import type { SpendingOptions } from "./spending/index.js";

/** Mutual TLS: every client must show a certificate of `clientAuthorities`. All three in PEM. */
export interface MutualTls {
  readonly kind: "mutualTls";
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  /** The certification authorities of clients, and only these; the system's are never used. */
  readonly clientAuthorities: Buffer;
}

/** No TLS and no caller identity; on a loopback address and in the test environment only. */
export interface InsecureLoopback {
  readonly kind: "insecureLoopback";
}

/** A further gRPC service on the same server, as benchmarks add one. It gets neither the call wrapper nor the in-flight bound. */
export interface AdditionalService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** Everything a server needs. It owns neither the engine nor the register: whoever opened them closes them, after `shutdown`. */
export interface ServerOptions {
  readonly engine: Engine & EngineHealth;
  readonly register: KeyRegister;
  readonly environment: Environment;
  /** Hears which key was used when. */
  readonly usage?: KeyUsageSink;
  /** Which keys are in use; without it every registered key is. */
  readonly lives?: KeyLifeSource;
  /** `host:port` with a literal address (IPv6 in brackets); port 0 takes a free one. */
  readonly listen: string;
  readonly transport: MutualTls | InsecureLoopback;
  /** Offers gRPC server reflection; refused in production. */
  readonly reflection?: boolean;
  readonly limits?: Partial<ServerLimits>;
  /** Operations that are off unless they are switched on here. */
  readonly operations?: OperationSwitches;
  /** Who may do what; without one, whoever gets through TLS may do everything that is switched on. Production needs one. */
  readonly policy?: PolicySource;
  /** Where KSNs are spent and failures counted; without it neither is done. */
  readonly spending?: SpendingOptions;
  /** Where every call is recorded before it is answered; without one, none is. Production needs one. */
  readonly audit?: AuditSink;
  /** Where calls are counted; whoever made them has them served. */
  readonly metrics?: ServiceMetrics;
  /** Whom refusals that a person should look at are told to. */
  readonly alarms?: Alarms;
  readonly logger: Logger;
  readonly additionalServices?: readonly AdditionalService[];
}

/** A server that listens. */
export interface RunningServer {
  /** The literal address without the port. */
  readonly address: string;
  readonly port: number;
  /**
   * Answers NOT_SERVING, takes no new call, waits for those in flight at most `deadlineMs` milliseconds, then breaks them off.
   * Calling it again waits for the same end.
   */
  shutdown(deadlineMs: number): Promise<void>;
}
