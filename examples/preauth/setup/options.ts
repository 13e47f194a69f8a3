import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SetUpMissing } from "./set-up-missing.js";

/** Where the demo finds things, and how it speaks. All paths are absolute. */
export interface DemoOptions {
  /** The checkout: the folder with package.json. */
  readonly root: string;
  /** The compiled command line of pinmac. */
  readonly program: string;
  /** The server's configuration. */
  readonly config: string;
  /** ca.crt, and .crt and .key of switch and operator. */
  readonly tlsFolder: string;
  /** The parties' keys, `<name with - for />.hex`. */
  readonly keyFolder: string;
  /** The machine-readable result on standard output, and nothing else. */
  readonly json: boolean;
  readonly help: boolean;
}

/** The words of `--help`. */
export const USAGE = `usage: npm run demo -- [options]

  --json            print the result as JSON
  --config FILE     the server's configuration   (hsm-config/development.server.yaml)
  --tls FOLDER      the callers' certificates    (var/tls)
  --keys FOLDER     the parties' own keys        (var/demo)
  --help            this text

Exit code: 0 when every step went as expected, 1 when one did not, 2 when the demo could not run.`;

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error("The demo is not inside its checkout.");
  return findRoot(above);
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { config: text, tls: text, keys: text, json: flag, help: flag } }).values;
  } catch (fault) {
    throw new SetUpMissing(`${(fault as Error).message}\n\n${USAGE}`);
  }
}

/** Reads the command line. @throws SetUpMissing for an option that does not exist */
export function readOptions(args: readonly string[]): DemoOptions {
  const values = parse(args);
  const root = findRoot(dirname(fileURLToPath(import.meta.url)));
  const inRoot = (given: string | undefined, ...usual: string[]): string =>
    given === undefined ? join(root, ...usual) : resolve(given);
  return {
    root,
    program: join(root, "dist", "cli", "main.js"),
    config: inRoot(values.config, "hsm-config", "development.server.yaml"),
    tlsFolder: inRoot(values.tls, "var", "tls"),
    keyFolder: inRoot(values.keys, "var", "demo"),
    json: values.json,
    help: values.help,
  };
}
