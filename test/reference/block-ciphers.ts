import forge from "node-forge";

/** A block cipher on hex text, by node-forge: neither the token's library nor OpenSSL. */
export type HexCipher = { readonly blockDigits: number; encrypt(block: string): string; decrypt(block: string): string };

type Direction = (algorithm: forge.cipher.Algorithm, key: forge.util.ByteStringBuffer) => forge.cipher.BlockCipher;

function run(direction: Direction, algorithm: forge.cipher.Algorithm, keyHex: string, blockHex: string): string {
  const cipher = direction(algorithm, forge.util.createBuffer(forge.util.hexToBytes(keyHex)));
  cipher.start({ iv: "" });
  cipher.update(forge.util.createBuffer(forge.util.hexToBytes(blockHex)));
  // `update` does every whole block at once; `finish` would only add padding.
  return cipher.output.toHex().toUpperCase();
}

function hexCipher(algorithm: forge.cipher.Algorithm, blockDigits: number, key: string): HexCipher {
  return {
    blockDigits,
    encrypt: (block) => run(forge.cipher.createCipher, algorithm, key, block),
    decrypt: (block) => run(forge.cipher.createDecipher, algorithm, key, block),
  };
}

/** Single DES. */
export function des(key: string): HexCipher {
  return hexCipher("DES-ECB", 16, key);
}

/** TDES as three single DES, spelled out; with 16 bytes of key the first one serves again as the third. */
export function tdes(key: string): HexCipher {
  const component = (index: number): HexCipher => des((key + key).slice(16 * index, 16 * index + 16));
  const [first, second, third] = [component(0), component(1), component(2)];
  return {
    blockDigits: 16,
    encrypt: (block) => third.encrypt(second.decrypt(first.encrypt(block))),
    decrypt: (block) => first.decrypt(second.encrypt(third.decrypt(block))),
  };
}

/** AES with 16, 24 or 32 bytes of key. */
export function aes(key: string): HexCipher {
  return hexCipher("AES-ECB", 32, key);
}
