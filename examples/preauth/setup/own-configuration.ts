import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";

/** The values of a server configuration that are paths relative to its file. */
const PATHS: ReadonlySet<string> = new Set([
  "certificate",
  "privateKey",
  "clientAuthorities",
  "hsm",
  "register",
  "policy",
  "path",
]);

/** A configuration file of the demo's own. */
export interface OwnConfiguration {
  readonly file: string;
  /** Where the audit log will be, if the configuration has one. */
  readonly auditFolder: string;
  remove(): Promise<void>;
}

/** The demo waits for all its answers: whatever is still open when it stops the server is an idle connection of its own. */
function ofTheDemo(listen: string): Readonly<Record<string, string | number | undefined>> {
  // Without metrics: their port may be the other service's.
  return { listen, drainSeconds: 1, metrics: undefined };
}

/** A log has one writer: the demo's own copy of the service keeps its own. */
function auditOf(settings: object, folder: string): Readonly<Record<string, object>> {
  return "audit" in settings ? { audit: { directory: folder } } : {};
}

/**
 * Copies a server configuration, with every path made absolute and another address to listen on, so that the demo can run
 * beside a service on the configured port.
 */
export async function copyConfiguration(original: string, listen: string): Promise<OwnConfiguration> {
  const settings: object = parse(await readFile(original, "utf8"), (key: unknown, value: unknown) => {
    return typeof key === "string" && PATHS.has(key) && typeof value === "string" ? resolve(dirname(original), value) : value;
  });
  const folder = await mkdtemp(join(tmpdir(), "pinmac-demo-"));
  const file = join(folder, "server.yaml");
  const auditFolder = join(folder, "audit");
  await writeFile(file, stringify({ ...settings, ...auditOf(settings, auditFolder), ...ofTheDemo(listen) }));
  return { file, auditFolder, remove: () => rm(folder, { recursive: true, force: true }) };
}
