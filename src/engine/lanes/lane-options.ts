import type { Environment } from "../../keyblock/key-header.js";
import type { LoginTurn } from "./login-gate.js";

/** The bounds and times of the lanes. Times are in milliseconds. */
export interface LaneLimits {
  /** Commands that a lane's process may hold unanswered. What comes after waits in the front, and survives the lane. */
  readonly windowPerLane: number;
  /** Commands, sent or waiting, per lane. Over that sum of all lanes a command is refused OVERLOADED at once. */
  readonly outstandingPerLane: number;
  /** How long a lane that holds commands may go without answering any before it is killed. */
  readonly answerTimeout: number;
  /** How long a lane may take from its first frame until it is ready. */
  readonly startTimeout: number;
  /** How often every lane does a known answer on the token. */
  readonly probeInterval: number;
  /** How long `close` waits for commands in flight. */
  readonly drainTimeout: number;
  /** How long `close` waits for a lane to log out and end before it is killed. */
  readonly exitTimeout: number;
  /** The longest pause before a lane is started again. */
  readonly longestRestartPause: number;
  /** A lane whose process has made so many session objects is replaced: first its successor gets ready, then it may go. */
  readonly recycleAfterObjects: number;
}

/** What stands when nothing else is said. */
export const DEFAULT_LANE_LIMITS: LaneLimits = {
  windowPerLane: 64,
  outstandingPerLane: 512,
  answerTimeout: 3_000,
  startTimeout: 30_000,
  probeInterval: 500,
  drainTimeout: 5_000,
  exitTimeout: 2_000,
  longestRestartPause: 5_000,
  // SoftHSM keeps about 250 bytes of every object it destroyed until its process ends: some 100 MB a lane. A lane that derives as fast
  // as it can gets there in half a minute, and its successor costs the machine less than a second.
  recycleAfterObjects: 400_000,
};

/** Which token the lanes serve, and how many there are. */
export interface LanesOptions {
  /** Absolute path of the PKCS#11 module. */
  readonly modulePath: string;
  /** The whole environment of a lane's process, such as SOFTHSM2_CONF: nothing else is inherited. */
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  readonly tokenLabel: string;
  /** Not given: any token of that label, which must be the only one. */
  readonly tokenSerial?: string;
  /** Absolute path of the file with the token PIN. Only the lanes open it. */
  readonly pinFile: string;
  readonly environment: Environment;
  /** Unwrapped keys that each lane keeps. */
  readonly keyCacheSize: number;
  /** Number of lanes, at least 1. A local token wants as many as there are cores to spare; a network HSM more. */
  readonly lanes: number;
  /** The script that a lane runs; not given: lane-main.js beside this module. */
  readonly laneEntry?: string;
  readonly limits?: Partial<LaneLimits>;
  /** Told how long the first command of each frame to a lane had waited in the front, in seconds. For metrics. */
  readonly queued?: (seconds: number) => void;
  /** Where several processes with lanes serve one token: has them log in one after another, and none after a refusal. */
  readonly loginTurn?: LoginTurn | undefined;
}
