import { aes, type HexCipher, tdes } from "./block-ciphers.js";
import { chunk, toHex, xorHex } from "./hex.js";
import { cbcMac, cmac } from "./macs.js";

/** A key block taken apart by the reference; keys and payloads are hex. */
export interface ReferenceBlock {
  readonly header: string;
  readonly optionalBlocks: readonly (readonly [id: string, data: string])[];
  readonly bits: number;
  readonly key: string;
  readonly padding: string;
  readonly mac: string;
}

/** Working keys as the vectors name them. */
export interface ReferenceKeys {
  readonly kbek: string;
  readonly kbak: string;
}

interface Scheme {
  readonly cipher: (key: string) => HexCipher;
  /** What a header fills whole multiples of, in characters. */
  readonly headerUnit: number;
  readonly macDigits: number;
  /** A and C: over what is sent; the others: over what is meant. */
  readonly macOfCiphertext: boolean;
  readonly mode: "cbc" | "ctr";
  readonly kbpkDigits: readonly number[];
}

const VARIANT: Scheme = {
  cipher: tdes,
  headerUnit: 8,
  macDigits: 8,
  macOfCiphertext: true,
  mode: "cbc",
  kbpkDigits: [32, 48],
};
const AES: Scheme = {
  cipher: aes,
  headerUnit: 16,
  macDigits: 32,
  macOfCiphertext: false,
  mode: "cbc",
  kbpkDigits: [32, 48, 64],
};

/** Version E is that of ISO 20038: counter mode, no padding. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  A: VARIANT,
  B: { ...VARIANT, macDigits: 16, macOfCiphertext: false },
  C: VARIANT,
  D: AES,
  E: { ...AES, mode: "ctr" },
};

const ascii = (text: string): string => Buffer.from(text, "latin1").toString("hex").toUpperCase();

/** What the standards say when they say that a block is wrong. */
class Rejected extends Error {}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Rejected(what);
}

function derive(cipher: HexCipher, usage: string, kbpkDigits: number, family: "tdes" | "aes"): string {
  const algorithms = family === "tdes" ? { 32: "0000", 48: "0001" } : { 32: "0002", 48: "0003", 64: "0004" };
  const algorithm = (algorithms as Record<number, string>)[kbpkDigits] ?? "";
  const counters = Array.from({ length: Math.ceil(kbpkDigits / cipher.blockDigits) }, (_, index) => `0${index + 1}`);
  const bits = (kbpkDigits * 4).toString(16).padStart(4, "0").toUpperCase();
  return counters
    .map((counter) => cmac(cipher, `${counter}${usage}00${algorithm}${bits}`))
    .join("")
    .slice(0, kbpkDigits);
}

/** Versions A and C. */
export function variantKeys(kbpk: string): ReferenceKeys {
  const bytes = kbpk.length / 2;
  return { kbek: xorHex(kbpk, "45".repeat(bytes)), kbak: xorHex(kbpk, "4D".repeat(bytes)) };
}

/** Versions B (TDES), D and E (AES); E enciphers under a key of its own. */
export function derivedKeys(kbpk: string, version: string): ReferenceKeys {
  const family = version === "B" ? "tdes" : "aes";
  const cipher = family === "tdes" ? tdes(kbpk) : aes(kbpk);
  return {
    kbek: derive(cipher, version === "E" ? "0002" : "0000", kbpk.length, family),
    kbak: derive(cipher, "0001", kbpk.length, family),
  };
}

function cbcDecrypt(cipher: HexCipher, iv: string, text: string): string {
  const blocks = chunk(text, cipher.blockDigits);
  return blocks.map((block, index) => xorHex(cipher.decrypt(block), blocks[index - 1] ?? iv)).join("");
}

function cbcEncrypt(cipher: HexCipher, iv: string, text: string): string {
  let chained = iv;
  return chunk(text, cipher.blockDigits)
    .map((block) => {
      chained = cipher.encrypt(xorHex(block, chained));
      return chained;
    })
    .join("");
}

function counterMode(cipher: HexCipher, iv: string, text: string): string {
  const first = BigInt(`0x${iv}`);
  return chunk(text, 32)
    .map((block, index) =>
      xorHex(block, cipher.encrypt(toHex((first + BigInt(index)) % (1n << 128n), 32)).slice(0, block.length)),
    )
    .join("");
}

/** The characters of an optional block, id and length included; the extended length is counted in hex characters. */
function optionalBlockSize(text: string): { readonly size: number; readonly lead: number } {
  const short = /^..(?!00)([0-9A-F]{2})/s.exec(text);
  if (short !== null) return { size: Number(`0x${short[1]}`), lead: 4 };
  const extended = /^..0004([0-9A-F]{4})/s.exec(text);
  demand(extended !== null, "optional block length");
  return { size: Number(`0x${extended[1]}`), lead: 10 };
}

/** The header that a text begins with. */
export function splitHeader(text: string): Pick<ReferenceBlock, "header" | "optionalBlocks"> {
  const fixed = /^[A-E]\d{4}[0-9A-Z]{7}([0-9]{2})00/.exec(text);
  demand(fixed !== null, "fixed part");
  let rest = text.slice(16);
  const optionalBlocks: [string, string][] = [];
  for (let left = Number(fixed[1]); left > 0; left--) {
    const { size, lead } = optionalBlockSize(rest);
    const whole = rest.slice(0, size);
    demand(size >= lead && whole.length === size, "optional block size");
    demand(/^[0-9A-Z]{2}[ -~]*$/.test(whole), "optional block characters");
    optionalBlocks.push([whole.slice(0, 2), whole.slice(lead)]);
    rest = rest.slice(size);
  }
  return { header: text.slice(0, text.length - rest.length), optionalBlocks };
}

/** A header rebuilt: padding dropped and appended anew, length and number filled in. */
export function rebuildHeader(text: string, bodyDigits: number): string {
  const { header, optionalBlocks } = splitHeader(text);
  const unit = SCHEMES[header.slice(0, 1)]?.headerUnit ?? 8;
  const lengthOf = (data: string): string => {
    const short = data.length + 4;
    return short < 256 ? toHex(BigInt(short), 2) : `0004${toHex(BigInt(data.length + 10), 4)}`;
  };
  const kept = optionalBlocks.filter(([id]) => id !== "PB").map(([id, data]) => id + lengthOf(data) + data);
  const length = 16 + kept.join("").length;
  let gap = (unit - (length % unit)) % unit;
  if (gap > 0 && gap < 4) gap += unit;
  const blocks = gap === 0 ? kept : [...kept, `PB${toHex(BigInt(gap), 2)}${"0".repeat(gap - 4)}`];
  const total = String(length + gap + bodyDigits).padStart(4, "0");
  const count = String(blocks.length).padStart(2, "0");
  return [header.slice(0, 1), total, header.slice(5, 12), count, "00", ...blocks].join("");
}

function workingKeys(version: string, kbpk: string): ReferenceKeys {
  return SCHEMES[version]?.macOfCiphertext === true ? variantKeys(kbpk) : derivedKeys(kbpk, version);
}

interface Work {
  readonly scheme: Scheme;
  readonly header: string;
  readonly keys: ReferenceKeys;
}

function macOf({ scheme, header, keys }: Work, text: string): string {
  const cipher = scheme.cipher(keys.kbak);
  const data = ascii(header) + text;
  return scheme.macOfCiphertext ? cbcMac(cipher, 1, data).slice(0, scheme.macDigits) : cmac(cipher, data);
}

function decipher({ scheme, header, keys }: Work, ciphertext: string, mac: string): string {
  const cipher = scheme.cipher(keys.kbek);
  if (scheme.mode === "ctr") return counterMode(cipher, mac, ciphertext);
  return cbcDecrypt(cipher, scheme.macOfCiphertext ? ascii(header.slice(0, 8)) : mac, ciphertext);
}

function openOrReject(block: string, kbpk: string): ReferenceBlock {
  const { header, optionalBlocks } = splitHeader(block);
  const scheme = SCHEMES[header.slice(0, 1)];
  demand(scheme !== undefined && Number(header.slice(1, 5)) === block.length, "length");
  demand(header.length % scheme.headerUnit === 0 && scheme.kbpkDigits.includes(kbpk.length), "alignment, KBPK");
  const body = block.slice(header.length);
  const ciphertext = body.slice(0, Math.max(0, body.length - scheme.macDigits));
  const mac = body.slice(ciphertext.length);
  const blockDigits = scheme.mode === "ctr" ? 2 : 2 * scheme.headerUnit;
  demand(/^[0-9A-F]+$/.test(body) && ciphertext !== "" && ciphertext.length % blockDigits === 0, "body");
  const work = { scheme, header, keys: workingKeys(header.slice(0, 1), kbpk) };
  const payload = decipher(work, ciphertext, mac);
  demand(macOf(work, scheme.macOfCiphertext ? ciphertext : payload) === mac, "MAC");
  const bits = Number(`0x${payload.slice(0, 4)}`);
  const end = 4 + bits / 4;
  demand(bits > 0 && bits % 8 === 0 && end <= payload.length, "key length");
  return { header, optionalBlocks, bits, key: payload.slice(4, end), padding: payload.slice(end), mac };
}

/** Opens a key block of version A to E, whatever algorithm its key has; undefined when it must be refused. */
export function openKeyBlock(block: string, kbpk: string): ReferenceBlock | undefined {
  try {
    return openOrReject(block, kbpk);
  } catch (error) {
    if (error instanceof Rejected) return undefined;
    throw error;
  }
}

/** Whether a header alone can be read. */
export function isHeaderReadable(text: string): boolean {
  try {
    splitHeader(text);
    return true;
  } catch (error) {
    if (error instanceof Rejected) return false;
    throw error;
  }
}

/** A key block of version A to D. `header` is whole; `padding` fills the payload. */
export function sealKeyBlock(header: string, key: string, padding: string, kbpk: string): string {
  const version = header.slice(0, 1);
  const scheme = SCHEMES[version];
  if (scheme === undefined) throw new Error("no such version");
  const work = { scheme, header, keys: workingKeys(version, kbpk) };
  const payload = (key.length * 4).toString(16).padStart(4, "0").toUpperCase() + key + padding;
  const cipher = scheme.cipher(work.keys.kbek);
  if (scheme.macOfCiphertext) {
    const ciphertext = cbcEncrypt(cipher, ascii(header.slice(0, 8)), payload);
    return header + ciphertext + macOf(work, ciphertext);
  }
  const mac = macOf(work, payload);
  return header + cbcEncrypt(cipher, mac, payload) + mac;
}

/** The length of a key block without optional blocks, whose key is made to look `obscured` bytes long, if it is not longer. */
export function keyBlockLength(version: string, algorithm: string, keyBytes: number, obscured?: number): number {
  const scheme = SCHEMES[version];
  if (scheme === undefined) throw new Error("no such version");
  const family = algorithm === "A" ? 32 : 24;
  const content = 2 + Math.max(keyBytes, obscured ?? family);
  return 16 + 2 * scheme.headerUnit * Math.ceil(content / scheme.headerUnit) + scheme.macDigits;
}
