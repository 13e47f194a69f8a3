import { Refusal } from "../../base/index.js";
import type { CommandKey, ExportKeyBlockCommand } from "../../engine/commands/command.js";
import type { ExportKeyRequest, ImportKeyRequest } from "../../gen/pinmac/v1/key.js";
import type { RequestKeys } from "../request-keys.js";
import { type Custody, parseCustody } from "./custody.js";
import { parseKeyChoice } from "./key-choice.js";
import { type ParsedKeyParameters, parseKeyParameters } from "./key-parameters.js";

/** An import, read and with its key-encryption key found. */
export interface ParsedImport {
  readonly keyBlock: Buffer;
  readonly keyEncryptionKey: CommandKey;
  readonly parameters: ParsedKeyParameters;
  readonly custody: Custody;
}

/** Printable ASCII, at most as long as four digits can say (X9.143, table 1). */
const KEY_BLOCK_PATTERN = /^[\x20-\x7e]{16,9999}$/;

/**
 * Reads a request to import. Everything is read before the key is looked up.
 * @throws Refusal REQUEST_INVALID, KEY_BLOCK_INVALID, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseImportKey(request: ImportKeyRequest, keys: RequestKeys): Promise<ParsedImport> {
  const keyBlock = parseKeyBlock(request.keyBlock);
  const parameters = parseKeyParameters(request.parameters, "parameters");
  const custody = parseCustody(request.custody);
  const choice = parseKeyChoice(request.keyEncryptionKey, "key_encryption_key");
  keys.permit("importKey", { keys: parameters.name, protection: choice });
  return { keyBlock, keyEncryptionKey: await keys.take(choice), parameters, custody };
}

/**
 * The command for a key to be exported.
 * @throws Refusal REQUEST_INVALID, PERMISSION_DENIED, and those of `RequestKeys.take`
 */
export async function parseExportKey(request: ExportKeyRequest, keys: RequestKeys): Promise<ExportKeyBlockCommand> {
  const choice = parseKeyChoice(request.key, "key");
  const wrapping = parseKeyChoice(request.keyEncryptionKey, "key_encryption_key");
  keys.permit("exportKey", { keys: choice, protection: wrapping });
  return { kind: "exportKeyBlock", key: await keys.take(choice), keyEncryptionKey: await keys.take(wrapping) };
}

function parseKeyBlock(text: string): Buffer {
  if (!KEY_BLOCK_PATTERN.test(text)) throw new Refusal("KEY_BLOCK_INVALID", { field: "key_block" });
  return Buffer.from(text, "latin1");
}
