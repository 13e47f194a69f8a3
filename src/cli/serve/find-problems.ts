import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describeExposure } from "../../base/index.js";
import {
  findMetricsProblems,
  findSpendingProblems,
  formatListenAddress,
  isLoopback,
  type ServerConfig,
} from "../config/index.js";
import { findTlsProblems } from "./tls-problems.js";

/** What the command line and the process add to the configuration. */
export interface StartConditions {
  readonly now: Date;
  /** `--allow-insecure-development` */
  readonly insecureAllowed: boolean;
  /** The arguments of Node itself, and NODE_OPTIONS. */
  readonly nodeArguments: readonly string[];
}

/**
 * Everything for which the service must not start, as sentences for the operator; all of them at once, so that one round of mending
 * is enough. Empty: it may start.
 */
export function findStartProblems(config: ServerConfig, conditions: StartConditions): string[] {
  return [
    ...findTransportProblems(config, conditions),
    ...findProductionProblems(config, conditions),
    ...findSpendingProblems(config.file, config.environment, config),
    ...findMetricsProblems(config.file, config.metrics),
    ...(config.metrics?.tls === undefined ? [] : findTlsProblems(config.metrics.tls, conditions.now)),
    ...findHsmProblems(config),
    ...findRegisterProblems(config),
  ];
}

function findTransportProblems(config: ServerConfig, { now, insecureAllowed }: StartConditions): string[] {
  const { file, tls, insecureLoopback } = config;
  if (tls !== undefined) {
    const both = insecureLoopback ? [`${file}: tls and insecureLoopback exclude each other.`] : [];
    return [...both, ...findTlsProblems(tls, now)];
  }
  if (!insecureLoopback) return [`${file}: tls is missing. Without TLS everyone on the way reads and changes what is sent.`];
  return [
    ...(isLoopback(config.listen)
      ? []
      : [
          `${file}: listen: ${formatListenAddress(config.listen)} can be reached by other machines; without tls only loopback is allowed.`,
        ]),
    ...(config.environment === "test" ? [] : [`${file}: insecureLoopback: is for the test environment only.`]),
    ...(insecureAllowed ? [] : [`${file}: insecureLoopback: needs --allow-insecure-development on the command line as well.`]),
  ];
}

const INSPECTOR = /^--(inspect|debug)|^--(report-|heapsnapshot-signal|heap-prof|cpu-prof)/;

function findProductionProblems(config: ServerConfig, { nodeArguments }: StartConditions): string[] {
  if (config.environment !== "production") return [];
  const opening = nodeArguments.filter((argument) => INSPECTOR.test(argument));
  return [
    ...(config.reflection ? [`${config.file}: reflection: is not for production.`] : []),
    ...(config.policy === undefined
      ? [`${config.file}: policy is missing. Without one every client may do everything: not in production.`]
      : []),
    ...(config.audit === undefined
      ? [`${config.file}: audit is missing. Without it nobody can tell later who did what: not in production.`]
      : []),
    ...(existsSync(config.officers)
      ? []
      : [
          `${config.file}: officers: ${config.officers} does not exist. Officers put keys into use: not without them in production.`,
        ]),
    ...opening.map(
      (argument) => `Node was started with ${argument.split("=", 1)[0]}, which lets others read memory: not in production.`,
    ),
  ];
}

function findHsmProblems({ hsm }: ServerConfig): string[] {
  const module = existsSync(hsm.module) ? [] : [`${hsm.file}: module: ${hsm.module} does not exist.`];
  return [...module, ...findPinFileProblems(hsm.file, hsm.pinFile)];
}

function findPinFileProblems(profile: string, pinFile: string | undefined): string[] {
  if (pinFile === undefined) return [`${profile}: pinFile is missing: the service logs in without anyone at a terminal.`];
  if (!existsSync(pinFile)) return [`${profile}: pinFile: ${pinFile} does not exist.`];
  const exposure = describeExposure(pinFile, statSync(pinFile));
  return exposure === undefined ? [] : [exposure];
}

function findRegisterProblems({ file, register }: ServerConfig): string[] {
  const folder = dirname(register);
  if (!existsSync(folder)) return [`${file}: register: the folder ${folder} does not exist.`];
  try {
    accessSync(folder, constants.W_OK);
    return [];
  } catch {
    return [`${file}: register: the folder ${folder} cannot be written to.`];
  }
}
