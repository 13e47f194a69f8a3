import { Refusal, SecretBytes } from "../base/index.js";
import { generateWrappedKey, TokenFault, type TokenOptions } from "../hsm/index.js";
import { checkKeyHeaderDraft, isExportable, type KeyHeaderDraft, type RegisterHead } from "../keyblock/index.js";
import type { KeyMaker, MadeKey } from "./key-maker.js";
import { KeySealer } from "./key-sealer.js";
import { openTestedToken, type TestedToken } from "./open-tested-token.js";
import { keyTypeOf } from "./part-plan.js";
import { randomMaterial } from "./random-material.js";
import { sealHead } from "./seal.js";

/** Whether the key's one part is the key itself: then the token can generate it, and it never leaves it. */
function isGeneratedInside({ usage, algorithm, keyBlockVersion, exportability }: KeyHeaderDraft): boolean {
  if (isExportable(exportability) || algorithm === "DES" || usage === "M3") return false;
  return !(usage === "B0" && algorithm === "TDES") && keyBlockVersion !== "A" && keyBlockVersion !== "C";
}

class TokenKeyMaker implements KeyMaker {
  readonly #token: TestedToken;
  readonly #options: TokenOptions;
  readonly #sealer: KeySealer;

  constructor(token: TestedToken, options: TokenOptions) {
    this.#token = token;
    this.#options = options;
    this.#sealer = new KeySealer(token);
  }

  generateKey(draft: KeyHeaderDraft): MadeKey {
    return this.#make(draft, () => {
      if (isGeneratedInside(draft)) {
        return this.#sealer.sealGenerated(draft, () => generateWrappedKey(this.#token, keyTypeOf(draft), draft.keyLength));
      }
      const material = randomMaterial(draft, (length) => this.#token.session.randomBytes(length));
      try {
        return this.#sealer.sealMaterial(draft, material);
      } finally {
        material.wipe();
      }
    });
  }

  importClearKey(draft: KeyHeaderDraft, material: SecretBytes): MadeKey {
    try {
      return this.#make(draft, () => this.#sealer.sealMaterial(draft, material));
    } finally {
      material.wipe();
    }
  }

  randomBytes(length: number): SecretBytes {
    return this.#onToken(() => SecretBytes.take(this.#token.session.randomBytes(length)));
  }

  sealRegisterHead(head: RegisterHead): Buffer {
    return this.#onToken(() => sealHead(this.#token, head));
  }

  close(): void {
    this.#token.close();
  }

  #make(draft: KeyHeaderDraft, make: () => MadeKey): MadeKey {
    checkKeyHeaderDraft(draft);
    // A key for production never exists on a token that production would refuse.
    if (draft.environment !== this.#options.environment) {
      throw new Refusal("KEY_ENVIRONMENT_MISMATCH", { field: "environment" });
    }
    return this.#onToken(make);
  }

  #onToken<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error;
      throw new Refusal(error.kind === "mechanism" ? "TOKEN_CANNOT" : "TOKEN_UNAVAILABLE", { cause: error });
    }
  }
}

/**
 * Opens the token for making keys. Not for serving lanes: the CLI's process, and tests.
 * @throws TokenStartError
 */
export function openKeyMaker(options: TokenOptions): KeyMaker & { close(): void } {
  return new TokenKeyMaker(openTestedToken(options), options);
}
