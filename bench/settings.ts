/** Says how far the run is; a line at a time. */
export type Progress = (line: string) => void;

/** How long and how much. */
export interface Settings {
  /** `custom`: the command line changed a setting. */
  readonly run: "full" | "quick" | "custom";
  /** Rounds of each subject and its baseline, interleaved. */
  readonly rounds: number;
  /** Length of a round, in seconds. */
  readonly seconds: number;
  /** Lanes of a server, where the lanes are not what is compared. */
  readonly lanes: number;
  /** Requests without an answer on a stream. */
  readonly window: number;
  /** Unary calls in flight. */
  readonly concurrency: number;
  /** Sealed terminal keys. */
  readonly keys: number;
  /** Length of a round of open-loop latency, in seconds, and how many there are. */
  readonly latencySeconds: number;
  readonly latencyRounds: number;
}

/** Under ten minutes, once the terminal keys are made. */
export const FULL: Settings = {
  run: "full",
  rounds: 5,
  seconds: 1.5,
  lanes: 1,
  window: 256,
  concurrency: 32,
  keys: 1_000_000,
  latencySeconds: 10,
  latencyRounds: 3,
};

/** Under two minutes: to see that it works, not to be quoted. */
export const QUICK: Settings = {
  ...FULL,
  run: "quick",
  rounds: 2,
  seconds: 0.5,
  keys: 10_000,
  latencySeconds: 3,
  latencyRounds: 1,
};
