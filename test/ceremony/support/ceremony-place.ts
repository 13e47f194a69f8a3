import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PseudoTerminal } from "../../../examples/ceremony/officers/pseudo-terminal.js";
import { createPlayers, type Player } from "./players.js";

/** The built program, which is what officers run. */
const PINMAC = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

const TOKEN_LABEL = "ceremony-test";
const PIN = "2468013579";

/** How a command that asks nobody ended. */
export interface PlainRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with everything that a ceremony needs: an initialised SoftHSM token, a configuration, officers with key files. */
export class CeremonyPlace {
  readonly folder: string;
  readonly players: ReadonlyMap<string, Player>;
  /** Of the token: SoftHSM gives it. */
  readonly serial: string;

  private constructor(folder: string, players: ReadonlyMap<string, Player>, serial: string) {
    this.folder = folder;
    this.players = players;
    this.serial = serial;
  }

  /** With a token that is initialised and empty, as its maker's tool leaves it. */
  static create(names: readonly string[]): CeremonyPlace {
    if (!existsSync(PINMAC)) throw new Error("dist is missing: run `npm run build` first");
    const folder = mkdtempSync(join(tmpdir(), "pinmac-ceremony-"));
    configure(folder);
    writeFileSync(join(folder, "pin"), `${PIN}\n`, { mode: 0o600 });
    mkdirSync(join(folder, "tokens"));
    const players = createPlayers(join(folder, "keys"), names);
    return new CeremonyPlace(folder, players, initialiseToken(folder));
  }

  /** The same place again, as it is now: token, register, officers. */
  copy(): CeremonyPlace {
    const folder = mkdtempSync(join(tmpdir(), "pinmac-ceremony-"));
    cpSync(this.folder, folder, { recursive: true });
    configure(folder);
    return new CeremonyPlace(folder, this.players, this.serial);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** The key register of another place, as if both used one. */
  takeRegisterOf(other: CeremonyPlace): void {
    for (const suffix of ["", "-wal", "-shm"]) {
      const name = `register.sqlite${suffix}`;
      if (other.has(name)) cpSync(other.path(name), this.path(name));
    }
  }

  /** How many objects the token has, its own record of itself not counted. */
  get tokenObjects(): number {
    const [folder = ""] = readdirSync(this.path("tokens"));
    const files = readdirSync(join(this.path("tokens"), folder));
    return files.filter((name) => name.endsWith(".object") && name !== "token.object").length;
  }

  /** Writes a plan about this place's token. */
  plan(name: string, ceremony: string, body: string): string {
    const head = `ceremony: ${ceremony}\npurpose: a test\nenvironment: test\ntranscript: ${name}.jsonl\n`;
    const token = `token: { label: ${TOKEN_LABEL}, serial: "${this.serial}" }\n`;
    const file = this.path(`${name}.yaml`);
    writeFileSync(file, `${head}${token}${body}`);
    return file;
  }

  /** Another word in a file, as with an editor. */
  replaceIn(name: string, from: string, to: string): void {
    writeFileSync(this.path(name), this.read(name).replaceAll(from, to));
  }

  /** An officer whom no directory knows yet, for a plan. */
  newOfficer(name: string): string {
    return `{ name: ${name}, fingerprint: "${this.players.get(name)?.fingerprint}" }`;
  }

  /** Starts `pinmac` on a terminal of its own. */
  start(...args: readonly string[]): PseudoTerminal {
    return PseudoTerminal.start([process.execPath, PINMAC, ...args], { cwd: this.folder, env: this.#environment });
  }

  /** As `start`, with no file allowed to grow beyond `blocks` of 512 bytes: a disk that is full. */
  startOnFullDisk(blocks: number, ...args: readonly string[]): PseudoTerminal {
    // The signal would end the process; a full disk does not.
    const script = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`;
    const command = ["/bin/sh", "-c", script, "sh", process.execPath, PINMAC, ...args];
    return PseudoTerminal.start(command, { cwd: this.folder, env: this.#environment });
  }

  /** Runs `pinmac` without a terminal. */
  run(...args: readonly string[]): PlainRun {
    const options = { cwd: this.folder, env: this.#environment, encoding: "utf8", timeout: 60_000 } as const;
    const { status, stdout, stderr } = spawnSync("setsid", ["--wait", process.execPath, PINMAC, ...args], options);
    return { code: status, out: stdout, err: stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #environment(): NodeJS.ProcessEnv {
    return { PATH: process.env["PATH"], PINMAC_CONFIG: this.path("server.yaml"), NO_COLOR: "1" };
  }
}

function configure(folder: string): void {
  const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
  file("softhsm2.conf", `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  file(
    "hsm.yaml",
    `name: SoftHSM\nmodule: /usr/lib/softhsm/libsofthsm2.so\nmoduleEnvironment: { SOFTHSM2_CONF: ./softhsm2.conf }\n` +
      `tokenLabel: ${TOKEN_LABEL}\npinFile: pin\n`,
  );
  file(
    "server.yaml",
    `environment: test\nlisten: 127.0.0.1:0\ninsecureLoopback: true\nhsm: hsm.yaml\nregister: register.sqlite\nlanes: 1\n`,
  );
}

/** With SoftHSM's own tool; the serial number is in what it lists. */
function initialiseToken(folder: string): string {
  const env = { PATH: process.env["PATH"], SOFTHSM2_CONF: join(folder, "softhsm2.conf") };
  const util = (...args: string[]) => spawnSync("softhsm2-util", args, { env, encoding: "utf8" });
  util("--init-token", "--free", "--label", TOKEN_LABEL, "--so-pin", "87654321", "--pin", PIN);
  const { stdout } = util("--show-slots");
  const [, serial] = /Serial number:\s+(\S+)[\s\S]*?Initialized:\s+yes/.exec(stdout) ?? [];
  if (serial === undefined) throw new Error("SoftHSM's tool made no token.");
  return serial;
}
