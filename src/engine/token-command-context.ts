import { Refusal, type SecretBytes } from "../base/index.js";
import { type OpenToken, signAuditDigest } from "../hsm/index.js";
import { isExportable, type KeyHeaderDraft, parseSealedKey, type RegisterHead } from "../keyblock/index.js";
import type { CommandKey } from "./commands/command.js";
import type { CommandContext } from "./commands/command-context.js";
import { unwrapExportPart } from "./export-part.js";
import type { KeyCache } from "./key-cache.js";
import type { MadeKey } from "./key-maker.js";
import { KeySealer } from "./key-sealer.js";
import type { OpenedKey } from "./opened-key.js";
import { isSealed, sealHead } from "./seal.js";

type Token = Pick<OpenToken, "session" | "keys" | "capabilities" | "auditKey">;

/** The context of commands on a token of this process. */
export class TokenCommandContext implements CommandContext {
  readonly #token: Token;
  readonly #cache: KeyCache;
  readonly #sealer: KeySealer;

  constructor(token: Token, cache: KeyCache) {
    this.#token = token;
    this.#cache = cache;
    this.#sealer = new KeySealer(token);
  }

  open(key: CommandKey): OpenedKey {
    return this.#cache.open(key.sealedKey);
  }

  readonly randomBytes = (length: number): Buffer => this.#token.session.randomBytes(length);

  sealMaterial(draft: KeyHeaderDraft, material: SecretBytes): MadeKey {
    return this.#sealer.sealMaterial(draft, material);
  }

  exportMaterial(key: CommandKey): SecretBytes {
    // Opening it authenticates every byte that is taken apart below.
    const { header } = this.open(key);
    if (!isExportable(header.exportability)) throw new Refusal("KEY_NOT_EXPORTABLE", { field: "key" });
    const exportPart = parseSealedKey(key.sealedKey).wrappedParts.at(-1);
    if (exportPart === undefined) throw new RangeError("An exportable key has an export part.");
    return unwrapExportPart(this.#token, header, exportPart);
  }

  signAuditDigest(digest: Buffer): Buffer {
    const { session, auditKey } = this.#token;
    if (auditKey === undefined) throw new Refusal("TOKEN_CANNOT");
    return signAuditDigest(session, auditKey, digest);
  }

  sealRegisterHead(head: RegisterHead): Buffer {
    return sealHead(this.#token, head);
  }

  isSealed(sealedKey: Buffer): boolean {
    return isSealed(this.#token, sealedKey);
  }
}
