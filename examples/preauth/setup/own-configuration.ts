import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";

/** The values of a server configuration that are paths relative to its file. */
const PATHS: ReadonlySet<string> = new Set(["certificate", "privateKey", "clientAuthorities", "hsm", "register"]);

/** A configuration file of the demo's own. */
export interface OwnConfiguration {
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * Copies a server configuration, with every path made absolute and another address to listen on, so that the demo can run
 * beside a service on the configured port.
 */
export async function copyConfiguration(original: string, listen: string): Promise<OwnConfiguration> {
  const settings: unknown = parse(await readFile(original, "utf8"), (key: unknown, value: unknown) => {
    if (key === "listen") return listen;
    return typeof key === "string" && PATHS.has(key) && typeof value === "string" ? resolve(dirname(original), value) : value;
  });
  const folder = await mkdtemp(join(tmpdir(), "pinmac-demo-"));
  const file = join(folder, "server.yaml");
  await writeFile(file, stringify(settings));
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
