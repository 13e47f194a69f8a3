import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { ENVIRONMENTS, type Environment } from "../../keyblock/key-header.js";
import type { OperationSwitches } from "../../service/operations.js";
import { ADDRESS_SCHEMA } from "./address-schema.js";
import { AUDIT_SCHEMA, type AuditSettings, resolveAudit } from "./audit-settings.js";
import { type HsmProfile, readHsmProfile } from "./hsm-profile.js";
import type { ListenAddress } from "./listen-address.js";
import { METRICS_SCHEMA, type MetricsSettings, resolveMetrics } from "./metrics-settings.js";
import { resolveFrom } from "./paths.js";
import { readYaml } from "./read-yaml.js";
import { BUDGETS_SCHEMA, LEDGER_SCHEMA, resolveSpending, type SpendingSettings } from "./spending-settings.js";
import { resolveTls, TLS_SCHEMA, type TlsFiles } from "./tls-files.js";

/** The officers' directory, if nothing else is said. */
const OFFICERS_FILE = "officers.jsonl";

const path = z.string({ error: "must be a path." }).min(1, "must not be empty.");
const whole = (least: number, most: number) =>
  z
    .int({ error: `must be a whole number from ${least} to ${most}.` })
    .min(least, `must be at least ${least}.`)
    .max(most, `must be at most ${most}.`);

const onOrOff = z.boolean({ error: "must be true or false." });

const schema = z.strictObject({
  environment: z.enum(ENVIRONMENTS, { error: `must be ${ENVIRONMENTS.join(" or ")}.` }),
  listen: ADDRESS_SCHEMA,
  tls: TLS_SCHEMA.optional(),
  insecureLoopback: onOrOff.default(false),
  hsm: path,
  register: path,
  officers: path.optional(),
  policy: path.optional(),
  ledger: LEDGER_SCHEMA.optional(),
  budgets: BUDGETS_SCHEMA.optional(),
  audit: AUDIT_SCHEMA.optional(),
  metrics: METRICS_SCHEMA.optional(),
  fronts: whole(1, 64).default(1),
  lanes: whole(1, 64).default(2),
  keyCacheSize: whole(1, 1_000_000).default(10_000),
  reflection: onOrOff.default(false),
  logLevel: z.enum(["debug", "info", "warn", "error"], { error: "must be debug, info, warn or error." }).default("info"),
  drainSeconds: whole(0, 600).default(10),
  limits: z
    .strictObject({
      maxMessageBytes: whole(1_024, 4_194_304).optional(),
      maxConcurrentStreams: whole(1, 100_000).optional(),
      maxInFlight: whole(1, 1_000_000).optional(),
      maxInFlightPerClient: whole(1, 1_000_000).optional(),
      maxConnectionAgeMs: whole(1_000, 604_800_000).optional(),
      maxConnectionAgeGraceMs: whole(1, 604_800_000).optional(),
      maxConnectionIdleMs: whole(1_000, 604_800_000).optional(),
      maxSessionMemoryMb: whole(1, 65_536).optional(),
    })
    .default({}),
  operations: z
    .strictObject({
      verifyPin: onOrOff.default(false),
      importKey: onOrOff.default(false),
      exportKey: onOrOff.default(false),
      changeKeyState: onOrOff.default(false),
      signOn: onOrOff.default(false),
      deriveInitialKey: onOrOff.default(false),
    })
    .prefault({}),
});

/** Bounds that the service has defaults for. */
export interface ServerLimits {
  readonly maxMessageBytes?: number;
  readonly maxConcurrentStreams?: number;
  readonly maxInFlight?: number;
  readonly maxInFlightPerClient?: number;
  readonly maxConnectionAgeMs?: number;
  readonly maxConnectionAgeGraceMs?: number;
  readonly maxConnectionIdleMs?: number;
  readonly maxSessionMemoryMb?: number;
}

/** The server's configuration file with its HSM profile read as well. Every path is absolute. */
export interface ServerConfig extends SpendingSettings {
  readonly file: string;
  readonly environment: Environment;
  readonly listen: ListenAddress;
  readonly tls?: TlsFiles;
  readonly insecureLoopback: boolean;
  readonly hsm: HsmProfile;
  readonly register: string;
  /** The officers' directory; beside the register if the file does not say. */
  readonly officers: string;
  /** Who may do what; production needs one. */
  readonly policy?: string;
  /** Where calls are recorded; production needs it. */
  readonly audit?: AuditSettings;
  /** Where metrics are served; nowhere without it. */
  readonly metrics?: MetricsSettings;
  /** Processes that take calls; each has lanes of its own. */
  readonly fronts: number;
  readonly lanes: number;
  readonly keyCacheSize: number;
  readonly reflection: boolean;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly drainSeconds: number;
  readonly limits: ServerLimits;
  /** Operations that are off unless the file switches them on. */
  readonly operations: Required<OperationSwitches>;
}

/**
 * Reads and resolves; what is insecure in it is judged by `serve`, not here.
 * @throws ConfigurationError
 */
export function readServerConfig(given: string): ServerConfig {
  const file = resolve(given);
  const { tls, hsm, register, officers, policy, ledger, budgets, audit, metrics, limits, ...rest } = readYaml(file, schema);
  return {
    ...rest,
    file,
    ...(tls === undefined ? {} : { tls: resolveTls(file, tls) }),
    hsm: readHsmProfile(resolveFrom(file, hsm)),
    register: resolveFrom(file, register),
    officers: officers === undefined ? join(dirname(resolveFrom(file, register)), OFFICERS_FILE) : resolveFrom(file, officers),
    ...(policy === undefined ? {} : { policy: resolveFrom(file, policy) }),
    ...resolveSpending(file, ledger, budgets),
    ...resolveAudit(file, audit),
    ...resolveMetrics(file, metrics),
    limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)),
  };
}
