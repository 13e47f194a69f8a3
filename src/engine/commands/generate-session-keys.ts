import { Refusal, type SecretBytes } from "../../base/index.js";
import {
  buildSignOnField62,
  computeRequestedCheckValue,
  type KeyHeaderDraft,
  SIGN_ON_CHECK_VALUE_LENGTH,
  type SignOnKey,
  type SignOnLayout,
  sealTr31,
  type Tr31Protection,
  tr31SessionHeaderOf,
} from "../../keyblock/index.js";
import type { OpenedKeyEncryptionKey } from "../opened-key.js";
import { randomMaterial } from "../random-material.js";
import { SoftwareBlockCipher } from "../software-block-cipher.js";
import { withTr31Protection } from "../tr31-protection.js";
import type { GenerateSessionKeysCommand, GenerateSessionKeysOutcome, MadeSessionKey } from "./command.js";
import { asKeyBlockKey, asKeyEncryptionKey, type CommandContext } from "./command-context.js";

type Drafts = GenerateSessionKeysCommand["drafts"];

/** What is made for each key of a sign-on. */
interface Made<Each> {
  readonly pin: Each;
  readonly mac: Each;
  readonly data?: Each;
}

/** Each key is known by the key that it goes to the terminal under, whatever the drafts say. */
function goingUnder(cameUnder: string, { pin, mac, data }: Drafts): Drafts {
  return {
    pin: { ...pin, cameUnder },
    mac: { ...mac, cameUnder },
    ...(data !== undefined && { data: { ...data, cameUnder } }),
  };
}

/** Makes the material of one key, gives it to `work`, and wipes it. */
function withRandomMaterial<Result>(
  context: CommandContext,
  draft: KeyHeaderDraft,
  work: (material: SecretBytes) => Result,
): Result {
  const material = randomMaterial(draft, (length) => context.randomBytes(length));
  try {
    return work(material);
  } finally {
    material.wipe();
  }
}

/** Makes every key that is asked for; of each the material exists only while its `work` runs. */
function makeEach<Each>(
  context: CommandContext,
  { pin, mac, data }: Drafts,
  work: (draft: KeyHeaderDraft, material: SecretBytes) => Each,
): Made<Each> {
  const make = (draft: KeyHeaderDraft): Each => withRandomMaterial(context, draft, (material) => work(draft, material));
  return { pin: make(pin), mac: make(mac), ...(data !== undefined && { data: make(data) }) };
}

/** The first 4 bytes of an enciphered zero block: what terminals compare, and the one place where so much is shown. */
function signOnCheckValue(material: SecretBytes): Buffer {
  const cipher = SoftwareBlockCipher.ofTdes(material);
  try {
    return computeRequestedCheckValue(
      { method: "TDES_ECB", length: SIGN_ON_CHECK_VALUE_LENGTH, context: "unionPaySignOn" },
      cipher,
    );
  } finally {
    cipher.wipe();
  }
}

function unionPayKeys(
  context: CommandContext,
  masterKey: OpenedKeyEncryptionKey,
  layout: SignOnLayout,
  drafts: Drafts,
): GenerateSessionKeysOutcome {
  const made = makeEach(context, drafts, (draft, material): MadeSessionKey & SignOnKey => ({
    cryptogram: masterKey.cipher.encryptEcb(material.expose()),
    checkValue4: signOnCheckValue(material),
    sealedKey: context.sealMaterial(draft, material).sealedKey,
  }));
  const sealedOnly = ({ sealedKey }: MadeSessionKey): MadeSessionKey => ({ sealedKey });
  return {
    kind: "generateSessionKeys",
    field62: buildSignOnField62(layout, made),
    pin: sealedOnly(made.pin),
    mac: sealedOnly(made.mac),
    ...(made.data !== undefined && { data: sealedOnly(made.data) }),
  };
}

function keyBlockKeys(context: CommandContext, protection: Tr31Protection, drafts: Drafts): GenerateSessionKeysOutcome {
  const made = makeEach(context, drafts, (draft, material): MadeSessionKey => {
    const { sealedKey } = context.sealMaterial(draft, material);
    const header = tr31SessionHeaderOf(draft, protection.version);
    const text = sealTr31(header, material, protection, (length) => context.randomBytes(length));
    return { sealedKey, keyBlock: Buffer.from(text, "latin1") };
  });
  return { kind: "generateSessionKeys", ...made };
}

/**
 * Makes session keys of the token's random bytes, seals them, and gives them under the terminal master key: by ECB in field 62 with their
 * check values, or each in a key block. A key's material lives in one buffer of this process while it is made and is wiped on every way out.
 * @throws Refusal KEY_MATERIAL_INVALID, TOKEN_CANNOT, SEALED_KEY_INVALID; TokenFault
 */
export function generateSessionKeys(
  context: CommandContext,
  { terminalMasterKey, delivery, drafts: asked }: GenerateSessionKeysCommand,
): GenerateSessionKeysOutcome {
  const opened = context.open(terminalMasterKey);
  const drafts = goingUnder(opened.header.id, asked);
  if (delivery.kind === "unionPay") return unionPayKeys(context, asKeyEncryptionKey(opened), delivery.layout, drafts);
  const kbpk = asKeyBlockKey(opened);
  if (!("cmac" in kbpk)) throw new Refusal("KEY_USAGE_MISMATCH");
  return withTr31Protection(kbpk, (protection) => keyBlockKeys(context, protection, drafts));
}
