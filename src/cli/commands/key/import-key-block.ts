import { Refusal } from "../../../base/index.js";
import type { ImportKeyBlockCommand } from "../../../engine/commands/command.js";
import { registerSealer } from "../../../engine/register-sealer.js";
import { KEY_USAGES, type KeyHeader, parseTr31Header } from "../../../keyblock/index.js";
import type { KeyRegister } from "../../../store/index.js";
import type { ServerConfig } from "../../config/index.js";
import { parseKeySelector, registerKey, withRegister } from "../../keys/index.js";
import { executeOn, withTokenEngine } from "../../token/index.js";
import type { TokenCommandOptions } from "../options.js";
import { type BlockKind, buildParameters } from "./draft.js";
import type { ParameterOptions } from "./draft-options.js";
import { readKeyBlockFile } from "./key-block-file.js";

/** A key block to be imported, as the command line says it. */
export type KeyBlockImport = ParameterOptions &
  TokenCommandOptions & {
    /** The file. */
    readonly keyBlock: string;
    readonly keyEncryptionKey: string;
  };

const ALGORITHM_CODES = { D: "DES", T: "TDES", A: "AES", H: "HMAC" } as const;

/**
 * Has the engine open the key block and registers the key.
 * @returns its header
 * @throws Refusal KEY_BLOCK_INVALID, KEY_MATERIAL_INVALID, KEY_NOT_FOUND, …; ConfigurationError; TokenStartError
 */
export async function importKeyBlock(config: ServerConfig, options: KeyBlockImport): Promise<KeyHeader> {
  const keyBlock = readKeyBlockFile(options.keyBlock);
  const command = await withRegister(config.register, (register) => commandOf(options, keyBlock, config, register));
  return withTokenEngine(config, options.pinFile, async (engine) => {
    const { sealedKey } = await executeOn(engine, command, "importKeyBlock");
    const add = (register: KeyRegister) => registerKey(register, sealedKey);
    return withRegister(config.register, add, registerSealer(engine));
  });
}

async function commandOf(
  options: KeyBlockImport,
  keyBlock: Buffer,
  { environment }: ServerConfig,
  register: KeyRegister,
): Promise<ImportKeyBlockCommand> {
  const { name, version } = parseKeySelector(options.keyEncryptionKey);
  const { sealedKey } = await register.get(name, version);
  const kind = readKind(keyBlock);
  const draft = buildParameters(options, kind, await register.nextVersion(options.name), environment);
  return { kind: "importKeyBlock", keyBlock, keyEncryptionKey: { sealedKey }, draft };
}

/** What the block says of its key: not authentic yet, and good for defaults only. The engine believes the opened block. */
function readKind(keyBlock: Buffer): BlockKind {
  const { header } = parseTr31Header(keyBlock);
  const usage = KEY_USAGES.find((known) => known === header.keyUsage);
  if (usage === undefined) throw new Refusal("KEY_MATERIAL_INVALID", { field: "usage" });
  const code = Object.keys(ALGORITHM_CODES).find((known) => known === header.algorithm);
  if (code === undefined) throw new Refusal("KEY_MATERIAL_INVALID", { field: "algorithm" });
  return { usage, algorithm: ALGORITHM_CODES[code as keyof typeof ALGORITHM_CODES] };
}
