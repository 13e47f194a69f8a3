import { type BlockCipher, SecretBytes } from "../base/index.js";
import { planAesInitialKey } from "../dukpt/index.js";
import {
  type ObjectHandle,
  type OpenToken,
  signAesCmac,
  signDes3Cmac,
  tokenCbcCipher,
  tokenCbcDecipher,
  tokenEcbCipher,
  unwrapPart,
} from "../hsm/index.js";
import type { KeyHeader } from "../keyblock/index.js";
import { aesBdkTypeOf } from "./aes-dukpt-keys.js";
import { AesDukptTree } from "./aes-dukpt-tree.js";
import { tokenMacFunction } from "./mac-function.js";
import type { OpenedAesBdk, OpenedBdk, OpenedKey, OpenedKeyBlockKey, OpenedMacKey } from "./opened-key.js";

type Token = Pick<OpenToken, "session" | "keys">;

/** A key's header, handles and wrapped parts, in one piece. */
interface Unwrapped {
  readonly token: Token;
  readonly header: KeyHeader;
  readonly handles: readonly ObjectHandle[];
  readonly wrappedParts: readonly Buffer[];
}

/** The part at an index. @throws RangeError when there is none: a defect */
function part<Part>(parts: readonly Part[], index: number): Part {
  const found = parts[index];
  if (found === undefined) throw new RangeError("The key has too few parts.");
  return found;
}

function ecbCipher({ token, header, handles }: Unwrapped, index = 0): BlockCipher {
  return tokenEcbCipher(token.session, part(handles, index), header.algorithm === "AES" ? 16 : 8);
}

function exportInitialKey({ token, header, wrappedParts }: Unwrapped, initialKeyId: Buffer): SecretBytes {
  const { data, keyLength } = planAesInitialKey(aesBdkTypeOf(header), initialKeyId);
  const bdk = unwrapPart(token, "AES", "encryptAesEcb", part(wrappedParts, 0));
  try {
    const output = tokenEcbCipher(token.session, bdk, 16).encryptEcb(data);
    const initialKey = SecretBytes.alloc(keyLength);
    output.copy(initialKey.expose());
    output.fill(0);
    return initialKey;
  } finally {
    if (!token.session.isBroken) token.session.destroyObject(bdk);
  }
}

function useAesBdk(unwrapped: Unwrapped): OpenedAesBdk {
  const { header, handles } = unwrapped;
  const { session } = unwrapped.token;
  const tree = new AesDukptTree(session, part(handles, 0), aesBdkTypeOf(header));
  return {
    kind: "aesBdk",
    header,
    get handles() {
      return [...handles, ...tree.handles];
    },
    session,
    tree,
    exportInitialKey: (id) => exportInitialKey(unwrapped, id),
  };
}

function useBdk(unwrapped: Unwrapped): OpenedBdk | OpenedAesBdk {
  const { header, handles } = unwrapped;
  if (header.algorithm === "AES") {
    return useAesBdk(unwrapped);
  }
  return { kind: "bdk", header, handles, bdk: ecbCipher(unwrapped, 0), variant: ecbCipher(unwrapped, 1) };
}

function useKeyBlockKey({ token: { session }, header, handles }: Unwrapped): OpenedKeyBlockKey {
  const first = part(handles, 0);
  const common = { kind: "keyBlockProtection", header, handles } as const;
  switch (header.keyBlockVersion) {
    case "B":
      return { ...common, version: "B", cmac: (message) => signDes3Cmac(session, first, message) };
    case "D":
      return { ...common, version: "D", cmac: (message) => signAesCmac(session, first, message) };
    case "A":
    case "C":
      return {
        ...common,
        version: header.keyBlockVersion,
        encryption: tokenCbcDecipher(session, first),
        authentication: tokenCbcCipher(session, part(handles, 1)),
      };
    default:
      throw new RangeError("A key block protection key has a version.");
  }
}

function useMacKey({ token, header, handles }: Unwrapped): OpenedMacKey {
  if (header.mac === undefined) throw new RangeError("A MAC key has MAC parameters.");
  return { kind: "mac", header, handles, computeMac: tokenMacFunction(token, header, header.mac, handles) };
}

/** What a key's handles can do, by its usage. They were unwrapped as `planParts` says. */
export function useHandles(unwrapped: Unwrapped): OpenedKey {
  const { header, handles } = unwrapped;
  switch (header.usage) {
    case "P0":
      return { kind: "pin", header, handles, cipher: ecbCipher(unwrapped) };
    case "D0":
      return { kind: "data", header, handles, cipher: ecbCipher(unwrapped) };
    case "K0":
      return { kind: "keyEncryption", header, handles, cipher: ecbCipher(unwrapped) };
    case "V1":
    case "V2":
      return { kind: "pinVerification", header, handles, cipher: ecbCipher(unwrapped) };
    case "B0":
      return useBdk(unwrapped);
    case "K1":
      return useKeyBlockKey(unwrapped);
    default:
      return useMacKey(unwrapped);
  }
}
