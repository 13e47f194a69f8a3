import type { BlockCipher, SecretBytes } from "../../base/index.js";
import { decipherPinBlock } from "../../pin/index.js";
import { withAesPinCipher } from "../aes-dukpt-keys.js";
import { withPinCipher } from "../dukpt-keys.js";
import type { OpenedPinKey } from "../opened-key.js";
import type { TranslatePinCommand } from "./command.js";
import type { OpenedAnyBdk } from "./command-context.js";

/** A PIN block as it arrived, and the PAN it belongs to. */
type ArrivedPinBlock = Pick<TranslatePinCommand, "source" | "pan">;

/**
 * The clear PIN of a block that arrived; the caller wipes it.
 * @throws Refusal PIN_BLOCK_INVALID; TokenFault
 */
export function decipherSource(key: OpenedPinKey | OpenedAnyBdk, { source, pan }: ArrivedPinBlock): SecretBytes {
  const decipher = (cipher: BlockCipher): SecretBytes => decipherPinBlock(source.format, cipher, source.pinBlock, pan);
  switch (key.kind) {
    case "pin":
      return decipher(key.cipher);
    case "bdk":
      return withPinCipher(key, source.key.ksn, decipher);
    case "aesBdk":
      return withAesPinCipher(key, source.key.ksn, decipher);
  }
}
