import { Command, InvalidArgumentError, Option } from "commander";
import { KEY_USAGES, type KeyHeader, type KeyUsage } from "../../../keyblock/index.js";
import { KEY_STATES, type KeyFilter, type KeyState, passesFilter } from "../../../lifecycle/index.js";
import { type KeyPattern, parseKeyPattern } from "../../../policy/key-pattern.js";
import type { KeyPage, KeyRegister } from "../../../store/index.js";
import { loadConfig } from "../../config/index.js";
import { ConfigurationError } from "../../errors/index.js";
import {
  describeKey,
  formatCheckValue,
  formatInstant,
  formatMac,
  listAllKeys,
  type ReadLife,
  readLives,
  withRegister,
} from "../../keys/index.js";
import { formatTable, note, print, printJson } from "../../output/index.js";
import { type ConfigOption, instant, wholeNumber, withConfig } from "../options.js";

const TITLES = ["NAME", "VERSION", "STATE", "USAGE", "KEY", "MODE", "KCV", "MAC", "OWNER", "CREATED"];

interface ListOptions extends ConfigOption {
  readonly json?: boolean;
  readonly name?: KeyPattern;
  readonly usage?: KeyUsage;
  readonly owner?: string;
  readonly state?: KeyState;
  readonly expiresBefore?: number;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** What is listed at once. */
interface ListedPage {
  readonly listed: readonly ListedKey[];
  /** Of the page that follows. */
  readonly nextPageToken?: string;
}

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/** A key with what is known of its life. */
interface ListedKey {
  readonly header: KeyHeader;
  readonly read: ReadLife;
}

/** `pinmac key list` */
export function createListCommand(): Command {
  return withFilter(withConfig(new Command("list")))
    .description("List the registered keys. Needs the register only, not the token: the seals are not checked here.")
    .option("--json", "print JSON")
    .option("--page-size <keys>", `with --json: read one page of so many keys, at most ${MAX_PAGE_SIZE}`, pageSize)
    .option("--page-token <token>", "with --json: the nextPageToken of the page before")
    .addHelpText("after", "\nExample:\n  $ pinmac key list --state pending --name 'issuer/**'")
    .action(listKeys);
}

function withFilter(command: Command): Command {
  return command
    .option("--name <pattern>", "a name, folder/* for the names in a folder, folder/** for all below it", keyPattern)
    .addOption(new Option("--usage <code>", "only keys of this usage").choices(KEY_USAGES))
    .option("--owner <text>", "only keys of exactly this owner")
    .addOption(new Option("--state <state>", "only keys in this state").choices(KEY_STATES))
    .option("--expires-before <instant>", "only keys whose validity ends before, such as 2027-01-01 (UTC)", instant);
}

function keyPattern(text: string): KeyPattern {
  const pattern = parseKeyPattern(text);
  if (pattern === undefined) throw new InvalidArgumentError("a name, folder/* or folder/**.");
  return pattern;
}

function pageSize(text: string): number {
  const size = wholeNumber(1)(text);
  if (size > MAX_PAGE_SIZE) throw new InvalidArgumentError(`at most ${MAX_PAGE_SIZE}.`);
  return size;
}

/** One page where one is asked for, else all keys. A page is filtered after it was read: it may have fewer keys, or none. */
async function readKeys(register: KeyRegister, { pageSize, pageToken }: ListOptions): Promise<KeyPage> {
  if (pageSize === undefined && pageToken === undefined) return { records: await listAllKeys(register) };
  return register.list(pageSize ?? DEFAULT_PAGE_SIZE, pageToken);
}

async function listKeys(options: ListOptions): Promise<void> {
  const isPaged = options.pageSize !== undefined || options.pageToken !== undefined;
  if (isPaged && options.json !== true) throw new ConfigurationError("--page-size and --page-token need --json.");
  const config = loadConfig(options.config);
  const { listed, nextPageToken } = await withRegister(config.register, async (register): Promise<ListedPage> => {
    const lifeOf = readLives(config, register);
    const { records, ...next } = await readKeys(register, options);
    const keys = records.map(({ header }): ListedKey => ({ header, read: lifeOf(header) }));
    return { listed: keys.filter(({ header, read }) => passesFilter(header, read.life, filterOf(options))), ...next };
  });
  if (options.json === true) {
    const keys = listed.map(({ header, read }) => ({ ...describeKey(header), state: read.state }));
    printJson({ keys, ...(nextPageToken !== undefined && { nextPageToken }) });
  } else if (listed.length === 0) note("There is no such key.");
  else print(formatTable(TITLES, listed.map(rowOf)));
}

function filterOf({ name, usage, owner, state, expiresBefore }: ListOptions): KeyFilter {
  return {
    ...(name !== undefined && { name }),
    ...(usage !== undefined && { usage }),
    ...(owner !== undefined && { owner }),
    ...(state !== undefined && { state }),
    ...(expiresBefore !== undefined && { expiresBefore }),
  };
}

function rowOf({ header, read }: ListedKey): string[] {
  return [
    header.name,
    String(header.version),
    read.state,
    header.usage,
    `${header.algorithm}-${header.keyLength * 8}`,
    header.modeOfUse,
    formatCheckValue(header),
    formatMac(header.mac),
    header.owner,
    formatInstant(header.createdAt),
  ];
}
