/**
 * The program of a lane. The front starts it with a socket as descriptor 3 and the PKCS#11 module's environment; it is not imported.
 */
import { writeSync } from "node:fs";
import { Refusal, shapeOfError } from "../../base/index.js";
import type { StartLane } from "../../gen/pinmac/engine/v1/lane.js";
import { TokenStartError } from "../../hsm/token-start-error.js";
import { ENVIRONMENTS, type Environment } from "../../keyblock/key-header.js";
import { openTokenEngine } from "../token-engine.js";
import { FramePipe } from "./frame-pipe.js";
import { LaneProtocolError } from "./frames.js";
import { type LaneFailureCode, LaneStartError } from "./lane-failure.js";
import { type OpenedLane, runLane } from "./lane-program.js";
import { readPinFile } from "./pin-file.js";

const SOCKET = 3;
const STANDARD_ERROR = 2;

// A signal to the whole process group (Ctrl-C, a service manager) is the front's to act on: it ends its lanes when it is done.
// SIGUSR1 would open a debugger port into a process that holds keys.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const) process.on(signal, () => undefined);

function open(start: StartLane): OpenedLane {
  const engine = openTokenEngine({
    modulePath: start.modulePath,
    // The process was started with the module's environment and nothing else.
    moduleEnvironment: {},
    tokenLabel: start.tokenLabel,
    ...(start.tokenSerial !== "" && { tokenSerial: start.tokenSerial }),
    readPin: () => readPinFile(start.pinFile),
    environment: environmentOf(start),
    keyCacheSize: start.keyCacheSize,
    onDefect: (error) => report(`A command failed: ${JSON.stringify(shapeOfError(error))}`),
  });
  const { tokenDescription, tokenSerial, selfTests, auditPublicKey = Buffer.alloc(0) } = engine;
  return { engine, ready: { tokenDescription, tokenSerial, selfTests, auditPublicKey } };
}

function environmentOf(start: StartLane): Environment {
  const environment = ENVIRONMENTS.find((known) => known === start.environment);
  if (environment === undefined) throw new LaneProtocolError("The environment is unknown.");
  return environment;
}

function failureCodeOf(error: unknown): LaneFailureCode {
  if (error instanceof LaneStartError || error instanceof TokenStartError) return error.code;
  return error instanceof Refusal && error.reason === "TOKEN_UNAVAILABLE" ? "TOKEN_FAULT" : "LANE_DEFECT";
}

function report(text: string): void {
  writeSync(STANDARD_ERROR, `lane ${process.pid}: ${text}\n`);
}

const end = await runLane(new FramePipe(SOCKET), { open, failureCodeOf, report });
process.exit(end === "hungUp" ? 0 : 1);
