import { randomUUID } from "node:crypto";
import { Refusal, type SecretBytes } from "../base/index.js";
import { ClearImport, type OpenToken, TokenFault, wrapAndDestroy } from "../hsm/index.js";
import {
  checkKeyHeaderDraft,
  checkKeyMaterial,
  encodeSealedKeyBody,
  exportPartOf,
  finishSealedKey,
  type KeyHeader,
  type KeyHeaderDraft,
  sealAuthenticatedData,
  splitKeyMaterial,
} from "../keyblock/index.js";
import { wrapExportPart } from "./export-part.js";
import { computeKeyDigest } from "./key-digest.js";
import type { MadeKey } from "./key-maker.js";
import { checkValueOfParts, destroyHandles, openSealedKey } from "./key-opener.js";
import { keyTypeOf } from "./part-plan.js";
import { computeSeal } from "./seal.js";

type Token = Pick<OpenToken, "session" | "keys" | "capabilities">;

/** A token that cannot do what this kind of key is for, and is sound otherwise: the key is refused, the token goes on. */
function asRefusal(token: Token, error: unknown): unknown {
  const cannot = error instanceof TokenFault && error.kind === "mechanism" && !token.session.isBroken;
  return cannot ? new Refusal("TOKEN_CANNOT", { cause: error }) : error;
}

/** Makes sealed keys of what it is given: the one way to a sealed key, for the CLI as for the lanes. */
export class KeySealer {
  readonly #token: Token;
  readonly #import: ClearImport;

  constructor(token: Token) {
    this.#token = token;
    this.#import = new ClearImport(token.session);
  }

  /**
   * Seals clear material, after every check of it.
   * @param material stays the caller's to wipe
   * @throws Refusal KEY_MATERIAL_INVALID, TOKEN_CANNOT; TokenFault
   */
  sealMaterial(draft: KeyHeaderDraft, material: SecretBytes): MadeKey {
    checkKeyHeaderDraft(draft);
    checkKeyMaterial(draft, material);
    return this.#seal(draft, (id) => [...this.#wrapParts(draft, material), ...this.#exportParts(draft, id, material)]);
  }

  /**
   * Seals a key that the token made: its one part is the key itself, and there is none to export.
   * @param wrapPart has the token make and wrap it
   * @throws Refusal KEY_MATERIAL_INVALID, TOKEN_CANNOT; TokenFault
   */
  sealGenerated(draft: KeyHeaderDraft, wrapPart: () => Buffer): MadeKey {
    checkKeyHeaderDraft(draft);
    return this.#seal(draft, () => [wrapPart()]);
  }

  #seal(draft: KeyHeaderDraft, wrapParts: (id: string) => readonly Buffer[]): MadeKey {
    try {
      const id = randomUUID();
      const wrappedParts = wrapParts(id);
      const checkValue = checkValueOfParts(this.#token, draft, wrappedParts);
      const digest = computeKeyDigest(this.#token, draft, wrappedParts);
      const header: KeyHeader = { ...draft, id, checkValue, digest, createdAt: Math.floor(Date.now() / 1000) };
      const body = encodeSealedKeyBody(header, wrappedParts);
      const sealedKey = finishSealedKey(body, computeSeal(this.#token, sealAuthenticatedData(body)));
      // Nothing is given out that would not open.
      const opened = openSealedKey(this.#token, sealedKey);
      destroyHandles(this.#token, opened.handles);
      return { header: opened.header, sealedKey };
    } catch (error) {
      throw asRefusal(this.#token, error);
    }
  }

  #wrapParts(draft: KeyHeaderDraft, material: SecretBytes): readonly Buffer[] {
    const parts = splitKeyMaterial(draft, material);
    try {
      return parts.map((part) => wrapAndDestroy(this.#token, this.#import.importPart(keyTypeOf(draft), part)));
    } finally {
      for (const part of parts) part.wipe();
    }
  }

  #exportParts(draft: KeyHeaderDraft, id: string, material: SecretBytes): readonly Buffer[] {
    const part = exportPartOf(draft, material);
    if (part === undefined) return [];
    try {
      return [wrapExportPart(this.#token, id, part)];
    } finally {
      part.wipe();
    }
  }
}
