import { readFileSync } from "node:fs";
import type { MadeKey } from "../../engine/key-maker.js";
import { type KeyHeaderDraft, parseSealedKey } from "../../keyblock/index.js";
import type { PlanOf } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { KeySource } from "./key-making.js";
import type { TokenAtHand } from "./token-at-hand.js";

/** What a key block ceremony works on: read before the token is touched. */
export interface ReceivedBlock {
  readonly keyBlock: Buffer;
  /** The sealed key-encryption key. */
  readonly keyEncryptionKey: Buffer;
}

/** A key that comes in a key block. */
export class BlockKeySource implements KeySource {
  readonly #plan: PlanOf<"import-key-block">;
  readonly #token: TokenAtHand;
  readonly #received: () => ReceivedBlock;

  constructor(plan: PlanOf<"import-key-block">, token: TokenAtHand, received: () => ReceivedBlock) {
    this.#plan = plan;
    this.#token = token;
    this.#received = received;
  }

  custodian(): never {
    throw new Error("A key block has no custodians.");
  }

  async make(draft: KeyHeaderDraft): Promise<MadeKey> {
    const { keyBlock, keyEncryptionKey } = this.#received();
    const command = { kind: "importKeyBlock", keyBlock, keyEncryptionKey: { sealedKey: keyEncryptionKey }, draft } as const;
    const { sealedKey } = await this.#token.execute(command, "importKeyBlock");
    const { header } = parseSealedKey(sealedKey);
    const { usage, algorithm } = this.#plan.key;
    if (header.usage !== usage || header.algorithm !== algorithm) throw new CeremonyRefused("KEY_BLOCK_DIFFERS");
    return { header, sealedKey };
  }

  wipe(): void {
    // Key blocks are enciphered.
  }
}

/** The key block in a file, without the line end after it. @throws CeremonyRefused KEY_BLOCK_UNREADABLE */
export function readKeyBlock(file: string): Buffer {
  try {
    return Buffer.from(readFileSync(file, "latin1").trimEnd(), "latin1");
  } catch {
    throw new CeremonyRefused("KEY_BLOCK_UNREADABLE");
  }
}
