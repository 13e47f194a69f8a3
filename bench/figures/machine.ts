import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";

/** What the figures were taken on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly token: string;
  /** Of the minute before the run: figures of a machine that was busy with other things are not worth keeping. */
  readonly loadBefore: number;
}

/** What this machine is; to be called before the run. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    token: `SoftHSM ${softHsmVersion()}`,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** As the tool that comes with the module says it. */
function softHsmVersion(): string {
  try {
    return execFileSync("softhsm2-util", ["--version"], { encoding: "utf8" }).trim();
  } catch {
    return "of unknown version";
  }
}
