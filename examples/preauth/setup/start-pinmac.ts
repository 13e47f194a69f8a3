import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { isServing, openEndpoint, type PinmacEndpoint } from "../pinmac-client/index.js";
import { findFreePort } from "./free-port.js";
import type { DemoOptions } from "./options.js";
import { copyConfiguration } from "./own-configuration.js";
import { SetUpMissing } from "./set-up-missing.js";
import { stopOnSignal } from "./stop-on-signal.js";

const START_PATIENCE_MS = 30_000;
/** More than the server takes when it drains a connection that nobody closes. */
const STOP_PATIENCE_MS = 15_000;
const POLL_MS = 50;
const LOG_LINES_SHOWN = 20;

/** The server as a child process, serving. */
export interface RunningPinmac {
  readonly endpoint: PinmacEndpoint;
  /** The same with the operator's certificate. */
  readonly operator: PinmacEndpoint;
  /** The audit log of this run: whole after `stop`, gone after `discard`. */
  readonly auditFolder: string;
  readonly startMilliseconds: number;
  /** Asks the server to stop, and insists after fifteen seconds. Returns its exit code; null if it had to be killed. */
  stop(): Promise<number | null>;
  /** Stops if need be, and removes what the run wrote. */
  discard(): Promise<void>;
}

/** Starts `pinmac serve` on a free port and waits until grpc.health.v1 says SERVING. @throws SetUpMissing with the log's end */
export async function startPinmac(options: DemoOptions): Promise<RunningPinmac> {
  const started = performance.now();
  const address = `127.0.0.1:${await findFreePort()}`;
  const endpoint = await openEndpoint(address, options.tlsFolder, "switch");
  const operator = await openEndpoint(address, options.tlsFolder, "operator");
  const configuration = await copyConfiguration(options.config, address);
  const args = [options.program, "serve", "--config", configuration.file];
  const child = spawn(process.execPath, args, { cwd: options.root, stdio: ["ignore", "pipe", "pipe"] });
  const stop = (): Promise<number | null> => {
    endpoint.close();
    operator.close();
    return stopChild(child);
  };
  const discard = async (): Promise<void> => {
    await stop();
    await configuration.remove();
  };
  stopOnSignal(discard);
  const log = collectLog(child);
  try {
    await untilServing(child, endpoint);
  } catch (fault) {
    await discard();
    throw new SetUpMissing(`${(fault as Error).message} Its last words:\n\n${log().join("\n")}`);
  }
  const startMilliseconds = performance.now() - started;
  return { endpoint, operator, auditFolder: configuration.auditFolder, startMilliseconds, stop, discard };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function untilServing(child: ChildProcess, endpoint: PinmacEndpoint): Promise<void> {
  const end = performance.now() + START_PATIENCE_MS;
  while (!(await isServing(endpoint))) {
    if (hasEnded(child)) throw new Error("The server ended before it served.");
    if (performance.now() > end) throw new Error("The server did not serve within 30 seconds.");
    await wait(POLL_MS);
  }
}

/** Keeps the end of what the server says, so that its pipes never fill up. */
function collectLog(child: ChildProcess): () => readonly string[] {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-16_384);
    });
  }
  return () => text.trimEnd().split("\n").slice(-LOG_LINES_SHOWN);
}

async function stopChild(child: ChildProcess): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
  await ended;
  clearTimeout(insist);
  return child.exitCode;
}
