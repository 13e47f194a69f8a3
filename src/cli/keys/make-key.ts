import type { KeyMaker, MadeKey } from "../../engine/key-maker.js";
import type { KeyHeader } from "../../keyblock/index.js";
import { checkKeyHeaderDraft, type KeyHeaderDraft } from "../../keyblock/index.js";
import type { ServerConfig } from "../config/index.js";
import { withKeyMaker } from "../token/index.js";
import { withRegister } from "./with-register.js";

/** What is to be made, and how. */
export interface KeyOrder {
  /** The header for the version that the register gives next. */
  readonly draft: (version: number) => KeyHeaderDraft;
  readonly make: (maker: KeyMaker, draft: KeyHeaderDraft) => MadeKey;
  readonly pinFile?: string;
}

/**
 * Makes a key with the token and registers it. What can be refused is refused before the token is opened.
 * @returns its header
 * @throws Refusal KEY_MATERIAL_INVALID, KEY_EXISTS, TOKEN_…; ConfigurationError; TokenStartError
 */
export function makeKey(config: ServerConfig, order: KeyOrder): Promise<KeyHeader> {
  return withRegister(config.register, async (register) => {
    const name = order.draft(1).name;
    const draft = order.draft(await register.nextVersion(name));
    checkKeyHeaderDraft(draft);
    const made = await withKeyMaker(config, order.pinFile, (maker) => order.make(maker, draft));
    const record = await register.add(made.sealedKey);
    return record.header;
  });
}
