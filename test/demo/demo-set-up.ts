import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PINMAC = join(ROOT, "dist", "cli", "main.js");
const MODULE = "/usr/lib/softhsm/libsofthsm2.so";
const USER_PIN = "24681357";

/** A set-up of the demo's own kind, in a temporary folder: token, certificates, keys, configuration. */
export interface DemoSetUp {
  readonly folder: string;
  readonly config: string;
  readonly tls: string;
  readonly keys: string;
}

interface DemoKey {
  readonly name: string;
  readonly usage: string;
  readonly algorithm: string;
  readonly length: number;
  readonly options: Readonly<Record<string, string | number>>;
}

/** The compiled demo. */
export const DEMO = join(ROOT, "dist", "examples", "preauth", "main.js");

/** Compiles the demo, as `npm run demo` does. */
export async function compileDemo(): Promise<void> {
  await run(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", "examples/tsconfig.json"], { cwd: ROOT });
}

/** The file of a key in the parties' folder. */
export function keyFile(setUp: Pick<DemoSetUp, "keys">, name: string): string {
  return join(setUp.keys, `${name.replaceAll("/", "-")}.hex`);
}

/** Makes token, certificates and keys, by the real command line. */
export async function makeDemoSetUp(): Promise<DemoSetUp> {
  const folder = await mkdtemp(join(tmpdir(), "pinmac-demo-"));
  const setUp = { folder, config: join(folder, "server.yaml"), tls: join(folder, "tls"), keys: join(folder, "demo") };
  await makeToken(folder);
  await writeConfiguration(setUp);
  const pinmac = (...args: string[]) =>
    run(process.execPath, [PINMAC, ...args], { env: { ...process.env, PINMAC_CONFIG: setUp.config } });
  await pinmac("init");
  await pinmac("development", "certificates", "--out", setUp.tls);
  const { keys } = JSON.parse(await readFile(join(ROOT, "examples", "preauth", "demo-keys.json"), "utf8")) as {
    keys: DemoKey[];
  };
  await mkdir(setUp.keys);
  for (const key of keys) {
    const file = keyFile(setUp, key.name);
    await writeFile(file, randomHex(key), { mode: 0o600 });
    await pinmac("key", "import", ...importArguments(key, file));
  }
  return setUp;
}

async function makeToken(folder: string): Promise<void> {
  const [tokens, config] = [join(folder, "tokens"), join(folder, "softhsm2.conf")];
  await mkdir(tokens);
  await writeFile(config, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  await writeFile(join(folder, "token-pin"), USER_PIN, { mode: 0o600 });
  const args = ["--init-token", "--free", "--label", "pinmac-demo-test", "--so-pin", "13572468", "--pin", USER_PIN];
  await run("softhsm2-util", args, { env: { ...process.env, SOFTHSM2_CONF: config } });
}

async function writeConfiguration({ folder, config }: DemoSetUp): Promise<void> {
  const profile = [
    "name: SoftHSM of a test",
    `module: ${MODULE}`,
    "moduleEnvironment:",
    "  SOFTHSM2_CONF: ./softhsm2.conf",
    "tokenLabel: pinmac-demo-test",
    "pinFile: token-pin",
  ];
  const server = [
    "environment: test",
    "listen: 127.0.0.1:0",
    "tls:",
    "  certificate: tls/server.crt",
    "  privateKey: tls/server.key",
    "  clientAuthorities: tls/ca.crt",
    "hsm: hsm.yaml",
    "register: register.sqlite",
    `policy: ${join(ROOT, "hsm-config", "development.policy.yaml")}`,
    "ledger: { path: ledger.sqlite, mode: enforce }",
    "budgets:",
    "  path: budgets.sqlite",
    "  pinBlock: { failures: 100, windowSeconds: 3600 }",
    "  pinVerification: { failures: 5, windowSeconds: 3600 }",
    "  mac: { failures: 100, windowSeconds: 3600 }",
    "  pinBlockPanWindowSeconds: 600",
    "audit: { directory: audit }",
    "lanes: 1",
    "reflection: false",
  ];
  await writeFile(join(folder, "hsm.yaml"), `${profile.join("\n")}\n`);
  await writeFile(config, `${server.join("\n")}\n`);
}

function importArguments(key: DemoKey, file: string): readonly string[] {
  const { name, usage, algorithm } = key;
  const options = { name, usage, algorithm, owner: "test", "from-file": file, ...key.options };
  return Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)]);
}

/** Random bytes, with odd parity in DES keys. */
function randomHex({ algorithm, length }: DemoKey): string {
  const bytes = randomBytes(length);
  const parity = (byte: number): number => ((byte >> 1).toString(2).replaceAll("0", "").length % 2 === 0 ? 1 : 0);
  const key = algorithm.endsWith("DES") ? bytes.map((byte) => (byte & 0xfe) | parity(byte)) : bytes;
  return Buffer.from(key).toString("hex").toUpperCase();
}
