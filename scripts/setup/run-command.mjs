import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOGS, ROOT } from "./paths.mjs";
import { SetupProblem } from "./progress.mjs";

const LINES_SHOWN = 40;

/**
 * Runs a command with its output in var/log/NAME.log; when it fails, shows the log's end.
 * @param {string} name of the log
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, input?: string }} [options]
 */
export async function runLogged(name, command, args, options = {}) {
  const { code, log } = await tryLogged(name, command, args, options);
  if (code !== 0) throw new SetupProblem(`${name} failed (${command} ended with ${code}):\n${logEnd(log)}\nAll of it: ${log}`);
}

/** As `runLogged`, but a failure is an answer. */
export async function tryLogged(name, command, args, options = {}) {
  mkdirSync(LOGS, { recursive: true });
  const log = join(LOGS, `${name}.log`);
  const output = openSync(log, "w", 0o600);
  try {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? "ignore" : "pipe", output, output],
    });
    if (options.input !== undefined) child.stdin?.end(options.input);
    return { code: await exitOf(child), log };
  } finally {
    closeSync(output);
  }
}

/** Runs a command that talks to the person directly. Signals sent to the group reach it too. @returns its exit code */
export async function runAttached(command, args, options = {}) {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...options.env }, stdio: "inherit" });
  // Ctrl-C reaches the child by itself; here it must only not end us first. A plain kill is passed on.
  const ignore = () => undefined;
  const pass = (signal) => child.kill(signal);
  process.on("SIGINT", ignore);
  process.on("SIGTERM", pass);
  try {
    return await exitOf(child);
  } finally {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", pass);
  }
}

function exitOf(child) {
  return new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

function logEnd(log) {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-LINES_SHOWN).join("\n");
}
