import type { SecretBytes } from "../../base/index.js";
import { deriveTdesInitialKey } from "../../dukpt/index.js";
import {
  computeAesCheckValue,
  computeTdesCheckValue,
  sealTr31,
  type Tr31HeaderFields,
  type Tr31OptionalBlock,
  type Tr31Version,
} from "../../keyblock/index.js";
import { readInitialKeyId } from "../initial-key-id.js";
import { SoftwareBlockCipher } from "../software-block-cipher.js";
import { withTr31Protection } from "../tr31-protection.js";
import type { DeriveInitialKeyCommand, DeriveInitialKeyOutcome } from "./command.js";
import { asBdk, asKeyBlockKey, type CommandContext, type OpenedAnyBdk } from "./command-context.js";

function deriveKey(bdk: OpenedAnyBdk, initialKeyId: Buffer): SecretBytes {
  if (bdk.kind === "aesBdk") return bdk.exportInitialKey(initialKeyId);
  return deriveTdesInitialKey(bdk.bdk, bdk.variant, { initialKeyId });
}

function checkValueOf(bdk: OpenedAnyBdk, initialKey: SecretBytes): Buffer {
  const isAes = bdk.kind === "aesBdk";
  const cipher = isAes ? SoftwareBlockCipher.ofAes(initialKey) : SoftwareBlockCipher.ofTdes(initialKey);
  try {
    return (isAes ? computeAesCheckValue(cipher) : computeTdesCheckValue(cipher)).value;
  } finally {
    cipher.wipe();
  }
}

/** Which device's: KS carries the KSN of TDES DUKPT, IK the initial key id of AES DUKPT (X9.143, 6.3.6). */
function deviceBlock(bdk: OpenedAnyBdk, initialKeyId: Buffer): Tr31OptionalBlock {
  return { id: bdk.kind === "aesBdk" ? "IK" : "KS", data: initialKeyId.toString("hex").toUpperCase() };
}

/** An initial key derives, and does not leave its device again. */
function headerOf(bdk: OpenedAnyBdk, initialKeyId: Buffer, version: Tr31Version): Tr31HeaderFields {
  return {
    version,
    keyUsage: "B1",
    algorithm: bdk.kind === "aesBdk" ? "A" : "T",
    modeOfUse: "X",
    keyVersion: "00",
    exportability: "N",
    optionalBlocks: [deviceBlock(bdk, initialKeyId)],
  };
}

/**
 * Derives a device's initial key and gives it in a key block (B1), with its check value. The key lives in one buffer of this process
 * meanwhile and is wiped on every way out. Whether the device had its key before is the front's to know.
 * @throws Refusal INITIAL_KEY_ID_INVALID, SEALED_KEY_INVALID; TokenFault
 */
export function deriveInitialKey(context: CommandContext, command: DeriveInitialKeyCommand): DeriveInitialKeyOutcome {
  const bdk = asBdk(context.open(command.bdk));
  const kbpk = asKeyBlockKey(context.open(command.keyEncryptionKey));
  const id = readInitialKeyId(bdk.header, command.initialKeyId);
  const initialKey = deriveKey(bdk, id);
  try {
    const checkValue = checkValueOf(bdk, initialKey);
    return withTr31Protection(kbpk, (protection) => {
      const header = headerOf(bdk, id, kbpk.version);
      const text = sealTr31(header, initialKey, protection, (length) => context.randomBytes(length));
      return { kind: "deriveInitialKey", keyBlock: Buffer.from(text, "latin1"), checkValue };
    });
  } finally {
    initialKey.wipe();
  }
}
