import { Command } from "commander";
import type { KeyHeader } from "../../../keyblock/index.js";
import { loadConfig } from "../../config/index.js";
import {
  describeKey,
  formatCheckValue,
  formatInstant,
  formatMac,
  formatValidationData,
  parseKeySelector,
  type ReadLife,
  readLives,
  withRegister,
} from "../../keys/index.js";
import { formatPairs, print, printJson } from "../../output/index.js";
import { type ConfigOption, wholeNumber, withConfig } from "../options.js";

type ShowOptions = ConfigOption & { readonly json?: boolean; readonly checkValueLength?: number };

/** `pinmac key show` */
export function createShowCommand(): Command {
  return withConfig(new Command("show"))
    .description("Show what a key is and may do, never the key. Needs the register only: the seal is not checked here.")
    .argument("<name>", "NAME for the newest version, or NAME@VERSION")
    .option("--check-value-length <bytes>", "show less of the check value: TDES 2 or 3, AES 2 to 5, HMAC 3", wholeNumber(1))
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  $ pinmac key show issuer/zone-pin@1")
    .action(showKey);
}

async function showKey(selected: string, options: ShowOptions): Promise<void> {
  const { name, version } = parseKeySelector(selected);
  const config = loadConfig(options.config);
  const { header, read } = await withRegister(config.register, async (register) => {
    const record = await register.get(name, version);
    return { header: record.header, read: readLives(config, register)(record.header) };
  });
  if (options.json === true) {
    printJson({ ...describeKey(header, options.checkValueLength), state: read.state, ...timesOf(read, "json") });
  } else {
    const times = Object.entries(timesOf(read, "text"));
    print(formatPairs([...pairsOf(header, options.checkValueLength), ["State", read.state], ...times]));
  }
}

const TIMES = [
  ["overlapUntil", "Overlap until"],
  ["destroyAfter", "Destroy after"],
] as const;

/** The ends of a retired key's times, by their names in JSON or for people. */
function timesOf({ life }: ReadLife, names: "json" | "text"): Record<string, string> {
  const times = TIMES.flatMap(([field, title]) => {
    const time = life?.[field];
    return time === undefined ? [] : [[names === "json" ? field : title, formatInstant(time)] as const];
  });
  return Object.fromEntries(times);
}

function pairsOf(header: KeyHeader, checkValueLength?: number): [string, string][] {
  return [
    ["Name", header.name],
    ["Version", String(header.version)],
    ["Id", header.id],
    ["Usage", header.usage],
    ["Key", `${header.algorithm}, ${header.keyLength * 8} bits`],
    ["Mode of use", header.modeOfUse],
    ["Exportability", header.exportability],
    ["Check value", `${formatCheckValue(header, checkValueLength)} (${header.checkValue.method})`],
    ["MAC", formatMac(header.mac) || "none"],
    ["DUKPT", header.dukptType ?? "no"],
    ...parameterPairsOf(header),
    ...(header.cameUnder === undefined ? [] : [["Came under", header.cameUnder] satisfies [string, string]]),
    ["Environment", header.environment],
    ["Owner", header.owner || "not said"],
    ["Created", formatInstant(header.createdAt)],
    ["Valid from", header.notBefore === undefined ? "at once" : formatInstant(header.notBefore)],
    ["Valid until", header.notAfter === undefined ? "without end" : formatInstant(header.notAfter)],
  ];
}

/** What only some usages have. */
function parameterPairsOf({ dukptWorkingKeys, keyBlockVersion, ibm3624 }: KeyHeader): [string, string][] {
  const pairs: [string, string | undefined][] = [
    ["DUKPT PIN keys", dukptWorkingKeys?.pin],
    ["DUKPT MAC keys", dukptWorkingKeys?.mac],
    ["Key blocks", keyBlockVersion && `version ${keyBlockVersion}`],
    ["Decimalization", ibm3624?.tableName],
    ["Validation data", ibm3624 && formatValidationData(ibm3624)],
  ];
  return pairs.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
}
