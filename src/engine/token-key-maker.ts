import { randomUUID } from "node:crypto";
import { Refusal, SecretBytes } from "../base/index.js";
import { ClearImport, generateWrappedKey, TokenFault, type TokenOptions, wrapAndDestroy } from "../hsm/index.js";
import {
  checkKeyHeaderDraft,
  checkKeyMaterial,
  encodeSealedKeyBody,
  finishSealedKey,
  type KeyHeader,
  type KeyHeaderDraft,
  sealAuthenticatedData,
  splitKeyMaterial,
} from "../keyblock/index.js";
import { setOddParity } from "./des-parity.js";
import type { KeyMaker, MadeKey } from "./key-maker.js";
import { checkValueOfParts, destroyHandles, openSealedKey } from "./key-opener.js";
import { openTestedToken, type TestedToken } from "./open-tested-token.js";
import { keyTypeOf } from "./part-plan.js";
import { computeSeal } from "./seal.js";

/** A weak DES key comes up once in 2^52; a random generator that gives several in a row is broken. */
const MAX_ATTEMPTS = 4;

/** Whether the key's one part is the key itself: then the token can generate it, and it never leaves it. */
function isGeneratedInside({ usage, algorithm }: KeyHeaderDraft): boolean {
  return algorithm !== "DES" && usage !== "M3" && usage !== "B0";
}

class TokenKeyMaker implements KeyMaker {
  readonly #token: TestedToken;
  readonly #options: TokenOptions;
  readonly #import: ClearImport;

  constructor(token: TestedToken, options: TokenOptions) {
    this.#token = token;
    this.#options = options;
    this.#import = new ClearImport(token.session);
  }

  generateKey(draft: KeyHeaderDraft): MadeKey {
    return this.#make(draft, () => {
      if (isGeneratedInside(draft)) return [generateWrappedKey(this.#token, keyTypeOf(draft), draft.keyLength)];
      const material = this.#randomMaterial(draft);
      try {
        return this.#wrapMaterial(draft, material);
      } finally {
        material.wipe();
      }
    });
  }

  importClearKey(draft: KeyHeaderDraft, material: SecretBytes): MadeKey {
    try {
      return this.#make(draft, () => {
        checkKeyMaterial(draft, material);
        return this.#wrapMaterial(draft, material);
      });
    } finally {
      material.wipe();
    }
  }

  close(): void {
    this.#token.close();
  }

  #make(draft: KeyHeaderDraft, wrapParts: () => readonly Buffer[]): MadeKey {
    checkKeyHeaderDraft(draft);
    // A key for production never exists on a token that production would refuse.
    if (draft.environment !== this.#options.environment) {
      throw new Refusal("KEY_ENVIRONMENT_MISMATCH", { field: "environment" });
    }
    try {
      return this.#seal(draft, wrapParts());
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error;
      throw new Refusal(error.kind === "mechanism" ? "TOKEN_CANNOT" : "TOKEN_UNAVAILABLE", { cause: error });
    }
  }

  #seal(draft: KeyHeaderDraft, wrappedParts: readonly Buffer[]): MadeKey {
    const checkValue = checkValueOfParts(this.#token, draft, wrappedParts);
    const header: KeyHeader = { ...draft, id: randomUUID(), checkValue, createdAt: Math.floor(Date.now() / 1000) };
    const body = encodeSealedKeyBody(header, wrappedParts);
    const sealedKey = finishSealedKey(body, computeSeal(this.#token, sealAuthenticatedData(body)));
    // Nothing is given out that would not open.
    const opened = openSealedKey(this.#token, sealedKey);
    destroyHandles(this.#token, opened.handles);
    return { header: opened.header, sealedKey };
  }

  #wrapMaterial(draft: KeyHeaderDraft, material: SecretBytes): readonly Buffer[] {
    const parts = splitKeyMaterial(draft, material);
    try {
      return parts.map((part) => wrapAndDestroy(this.#token, this.#import.importPart(keyTypeOf(draft), part)));
    } finally {
      for (const part of parts) part.wipe();
    }
  }

  /** Random DES or TDES material of the token, with odd parity, not weak. The caller wipes it. */
  #randomMaterial(draft: KeyHeaderDraft): SecretBytes {
    for (let attempt = 1; ; attempt++) {
      const material = SecretBytes.take(this.#token.session.randomBytes(draft.keyLength));
      try {
        setOddParity(material.expose());
        checkKeyMaterial(draft, material);
        return material;
      } catch (error) {
        material.wipe();
        if (!(error instanceof Refusal) || attempt === MAX_ATTEMPTS) throw error;
      }
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
