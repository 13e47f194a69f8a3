import type { KeyMaker, MadeKey } from "../../engine/key-maker.js";
import type { KeyHeader } from "../../keyblock/index.js";
import { checkKeyHeaderDraft, type KeyHeaderDraft } from "../../keyblock/index.js";
import type { HeadSealer } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { withKeyMaker } from "../token/index.js";
import { registerKey } from "./register-key.js";
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
export async function makeKey(config: ServerConfig, order: KeyOrder): Promise<KeyHeader> {
  const draft = await withRegister(config.register, async (register) => {
    const next = order.draft(await register.nextVersion(order.draft(1).name));
    checkKeyHeaderDraft(next);
    return next;
  });
  return withKeyMaker(config, order.pinFile, (maker) => {
    const { sealedKey } = order.make(maker, draft);
    const sealHead: HeadSealer = async (head) => maker.sealRegisterHead(head);
    return withRegister(config.register, (register) => registerKey(register, sealedKey), sealHead);
  });
}
