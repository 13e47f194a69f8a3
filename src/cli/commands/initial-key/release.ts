import { Command } from "commander";
import { Refusal } from "../../../base/index.js";
import { readInitialKeyId } from "../../../engine/initial-key-id.js";
import { registerSealer } from "../../../engine/register-sealer.js";
import { loadConfig } from "../../config/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { parseKeySelector, withRegister } from "../../keys/index.js";
import { print } from "../../output/index.js";
import { withTokenEngine } from "../../token/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";

const HELP = `
The service gives a device its initial key once. When it broke off between noting the device and answering, or the answer was lost on
its way, the device is noted and has no key: make sure that nobody has it, then release the device, and it can be derived again.
The token seals this change of the register, as every other.

Example:
  $ pinmac initial-key release pos/bdk@1 FFFF9876543210E00000`;

/** `pinmac initial-key release` */
export function createReleaseCommand(): Command {
  return withToken(new Command("release"))
    .description("Let the initial key of a device be derived once more.")
    .argument("<bdk>", "NAME for the newest version, or NAME@VERSION")
    .argument("<id>", "the initial key id in hex: TDES 10 bytes (or 8 without FFFF), AES 8 bytes")
    .addHelpText("after", HELP)
    .action(release);
}

async function release(bdk: string, id: string, options: TokenCommandOptions): Promise<void> {
  const { name, version } = parseKeySelector(bdk);
  const given = parseHex(id);
  const config = loadConfig(options.config);
  const { header } = await withRegister(config.register, (register) => register.get(name, version));
  if (header.usage !== "B0") throw new Refusal("KEY_USAGE_MISMATCH", { field: "bdk" });
  const entry = { bdkId: header.id, initialKeyId: readInitialKeyId(header, given) };
  const wasNoted = await withTokenEngine(config, options.pinFile, (engine) =>
    withRegister(config.register, (register) => register.releaseInitialKey(entry), registerSealer(engine)),
  );
  if (!wasNoted) throw new ConfigurationError(`${header.name}@${header.version} has no device of that id noted.`);
  print(`Released: ${header.name}@${header.version} may derive this device's initial key once more.`);
}

function parseHex(text: string): Buffer {
  if (!/^(?:[0-9A-Fa-f]{2}){1,16}$/.test(text)) throw new ConfigurationError("An initial key id is written in hex.");
  return Buffer.from(text, "hex");
}
