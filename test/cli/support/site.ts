import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built program, which is what an operator runs. */
const PINMAC = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

/** No command takes as long. */
const TIMEOUT_MS = 30_000;

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with everything that one pinmac installation has: configuration, profile, PIN files, a SoftHSM without a token. */
export interface Site {
  readonly folder: string;
  readonly pin: string;
  path(name: string): string;
  write(name: string, content: string, mode?: number): string;
  /** The server's configuration, with lines of it replaced or added. */
  configure(changes?: Readonly<Record<string, string>>): void;
  run(...args: string[]): Run;
  /** Runs it on a terminal of its own, and types these keys once it asks for a PIN. `out` is what the terminal showed. */
  runOnTerminal(keys: string, ...args: string[]): Promise<Run>;
  start(...args: string[]): ChildProcess;
  remove(): void;
}

const LINES = {
  environment: "test",
  listen: "127.0.0.1:0",
  tls: "{ certificate: tls/server.crt, privateKey: tls/server.key, clientAuthorities: tls/ca.crt }",
  hsm: "hsm.yaml",
  register: "register.sqlite",
  lanes: "1",
};

export function createSite(): Site {
  if (!existsSync(PINMAC)) throw new Error("dist is missing: run `npm run build` first");
  const folder = mkdtempSync(join(tmpdir(), "pinmac-cli-"));
  const path = (name: string) => join(folder, name);
  const write = (name: string, content: string, mode = 0o600) => {
    writeFileSync(path(name), content, { mode });
    return path(name);
  };
  const configure = (changes: Readonly<Record<string, string>> = {}) => {
    const lines = Object.entries({ ...LINES, ...changes }).filter(([, value]) => value !== "");
    write("server.yaml", lines.map(([key, value]) => `${key}: ${value}\n`).join(""));
  };
  const pin = String(randomInt(10 ** 11, 10 ** 12));
  write("pin", `${pin}\n`);
  write("so-pin", "87654321");
  mkdirSync(path("tokens"));
  write("softhsm2.conf", `directories.tokendir = ${path("tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  write("hsm.yaml", profile("pinFile: pin\n"));
  configure();
  const env = { PATH: process.env["PATH"], PINMAC_CONFIG: path("server.yaml"), SHELL: "/bin/sh" };
  const outcome = (command: string, args: string[], input: string): Run => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      env,
      input,
      encoding: "utf8",
      timeout: TIMEOUT_MS,
    });
    return { code: status, out: stdout, err: stderr };
  };
  return {
    folder,
    pin,
    path,
    write,
    configure,
    run: (...args) => outcome(process.execPath, [PINMAC, ...args], ""),
    runOnTerminal: (keys, ...args) => {
      const command = [process.execPath, PINMAC, ...args].join(" ");
      const terminal = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], { cwd: folder, env });
      return typeWhenAsked(terminal, keys);
    },
    start: (...args) => spawn(process.execPath, [PINMAC, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** script(1) is the terminal; what is typed before the prompt would be echoed, by the terminal itself. */
function typeWhenAsked(terminal: ChildProcessWithoutNullStreams, keys: string): Promise<Run> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => terminal.kill("SIGKILL"), TIMEOUT_MS);
    let out = "";
    let typed = false;
    terminal.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (typed || !out.includes("PIN of token")) return;
      typed = true;
      terminal.stdin.write(keys);
    });
    terminal.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, out, err: "" });
    });
  });
}

/** An HSM profile for the site's token. */
export function profile(more: string): string {
  return `name: SoftHSM
module: /usr/lib/softhsm/libsofthsm2.so
moduleEnvironment: { SOFTHSM2_CONF: ./softhsm2.conf }
tokenLabel: cli-test
${more}`;
}
