import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { progress, SetupProblem } from "./progress.mjs";
import { runAttached, tryLogged } from "./run-command.mjs";

/** Packages that bring a PKCS#11 token: the one of every test and demo, and the second opinion of some tests. */
const TOKENS = ["softhsm2", "libnss3"];
/** Programs that compile the native modules, each in the package of its name. */
const COMPILERS = ["python3", "make", "g++"];

/**
 * Installs what is missing with apt-get: as root, else with sudo.
 * @param {{ compilers: boolean }} options compilers: native modules are about to be compiled
 */
export async function installDebianPackages({ compilers }) {
  const missing = [
    ...TOKENS.filter((name) => !isPackageInstalled(name)),
    ...(compilers ? COMPILERS.filter((name) => !isOnPath(name)) : []),
  ];
  if (missing.length === 0) return;
  if (!isOnPath("apt-get")) throw new SetupProblem(`Please install these first (named as in Debian): ${missing.join(" ")}`);
  progress(`Installing Debian packages: ${missing.join(" ")}`);
  const become = chooseRoot();
  if (become === undefined) throw new SetupProblem(needsRoot(missing));
  if (await aptGet(become, "apt-install", installArguments(missing))) return;
  await aptGet(become, "apt-update", ["update"]);
  if (!(await aptGet(become, "apt-install", installArguments(missing)))) {
    throw new SetupProblem(`${needsRoot(missing)}\nThe output of the try is in var/log/apt-install.log`);
  }
}

const installArguments = (names) => ["install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", ...names];

const needsRoot = (names) =>
  `These Debian packages are missing and could not be installed from here. Please run:\n\n  sudo apt-get update && sudo apt-get install -y ${names.join(" ")}\n\nand start again.`;

/** The words before `apt-get`, or nothing if there is no way to become root. */
function chooseRoot() {
  if (process.getuid?.() === 0) return [];
  if (!isOnPath("sudo")) return undefined;
  if (spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0) return ["sudo", "-n"];
  return process.stdin.isTTY ? ["sudo"] : undefined;
}

async function aptGet(become, name, args) {
  const [command, ...rest] = [...become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", ...args];
  // A sudo that asks for a password needs the terminal.
  if (become.length === 1) return (await runAttached(command, rest)) === 0;
  return (await tryLogged(name, command, rest)).code === 0;
}

function isPackageInstalled(name) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills it in.
  const { status, stdout } = spawnSync("dpkg-query", ["--show", "--showformat=${db:Status-Status}", name], {
    encoding: "utf8",
  });
  return status === 0 && stdout.trim() === "installed";
}

function isOnPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
