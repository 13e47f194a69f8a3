import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PseudoTerminal } from "./officers/pseudo-terminal.js";

const TOKEN_LABEL = "demo";
const MODULE = "/usr/lib/softhsm/libsofthsm2.so";

/** An officer of the demo. */
export interface DemoOfficer {
  readonly passphrase: string;
  readonly fingerprint: string;
}

/** An installation of the demo's own in a temporary folder: an empty SoftHSM token, a configuration, officers with keys. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), "pinmac-demo-ceremony-"));
  readonly players = new Map<string, DemoOfficer>();
  readonly serial: string;
  readonly #program: string;

  /** @param program `pinmac`, built */
  constructor(program: string) {
    this.#program = program;
    const file = (name: string, text: string) => writeFileSync(this.path(name), text, { mode: 0o600 });
    mkdirSync(this.path("tokens"));
    mkdirSync(this.path("keys"));
    file("softhsm2.conf", `directories.tokendir = ${this.path("tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`);
    file(
      "hsm.yaml",
      `name: SoftHSM\nmodule: ${MODULE}\nmoduleEnvironment: { SOFTHSM2_CONF: ./softhsm2.conf }\ntokenLabel: ${TOKEN_LABEL}\npinFile: pin\n`,
    );
    file(
      "server.yaml",
      "environment: test\nlisten: 127.0.0.1:0\ninsecureLoopback: true\nhsm: hsm.yaml\nregister: register.sqlite\n",
    );
    const pin = String(randomBytes(4).readUInt32BE()).padStart(10, "0");
    file("pin", pin);
    this.serial = this.#initialiseToken(pin);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Writes a plan; `{{label}}` and `{{serial}}` are the token's, `{{fingerprint NAME}}` an officer's. */
  plan(name: string, template: string): string {
    const text = template
      .replaceAll("{{label}}", TOKEN_LABEL)
      .replaceAll("{{serial}}", this.serial)
      .replaceAll(/\{\{fingerprint (\w+)\}\}/g, (_, officer: string) => this.players.get(officer)?.fingerprint ?? "");
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** Each officer makes a key of their own, with a passphrase. */
  async enlist(name: string): Promise<void> {
    const passphrase = `${name} ${randomBytes(9).toString("base64url")}`;
    const terminal = this.start(undefined, "officer", "key", "create", "--name", name, "--out", this.path(`keys/${name}.key`));
    await terminal.answer("New passphrase: ", passphrase);
    await terminal.answer("Once more: ", passphrase);
    const { out } = await terminal.ended;
    this.players.set(name, { passphrase, fingerprint: out.trim() });
  }

  /** Starts `pinmac` on a terminal of its own. */
  start(onShown: ((text: string) => void) | undefined, ...args: readonly string[]): PseudoTerminal {
    const env = this.#environment;
    const options = { cwd: this.folder, env, ...(onShown !== undefined && { onShown }) };
    return PseudoTerminal.start([process.execPath, this.#program, ...args], options);
  }

  /** Runs `pinmac` where nobody is asked. */
  run(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
    const options = { cwd: this.folder, env: this.#environment, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.#program, ...args], options);
    return { code: status, out: `${stdout}${stderr}` };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #environment(): NodeJS.ProcessEnv {
    return { PATH: process.env["PATH"], PINMAC_CONFIG: this.path("server.yaml") };
  }

  #initialiseToken(pin: string): string {
    const env = { PATH: process.env["PATH"], SOFTHSM2_CONF: this.path("softhsm2.conf") };
    const util = (...args: string[]) => spawnSync("softhsm2-util", args, { env, encoding: "utf8" }).stdout;
    util("--init-token", "--free", "--label", TOKEN_LABEL, "--so-pin", pin, "--pin", pin);
    const [, serial] = /Serial number:\s+(\S+)[\s\S]*?Initialized:\s+yes/.exec(util("--show-slots")) ?? [];
    if (serial === undefined) throw new Error("SoftHSM's tool made no token.");
    return serial;
  }
}
