/** A value that must not be found anywhere, nor half of it. */
export interface Canary {
  readonly name: string;
  readonly pieces: readonly Buffer[];
}

/** Of digits and of bytes, what is shorter than this may come by chance. */
const RUN = 8;
/** Packed digits are two to a byte: fewer bytes than this come by chance in a file. */
const PACKED_RUN = 6;

function windows<T extends { readonly length: number }>(whole: T, length: number, cut: (from: number) => Buffer): Buffer[] {
  return Array.from({ length: Math.max(1, whole.length - length + 1) }, (_, from) => cut(from));
}

/** Digits, such as a PAN or a PIN: every run of eight of them as text in one and two bytes a character and in base64, and packed. */
export function digitCanary(name: string, digits: string): Canary {
  const runs = windows(digits, RUN, (from) => Buffer.from(digits.slice(from, from + RUN)));
  const packed = [digits, digits.slice(1)].flatMap((text) => {
    const bytes = Buffer.from(text.slice(0, text.length - (text.length % 2)), "hex");
    return windows(bytes, PACKED_RUN, (from) => bytes.subarray(from, from + PACKED_RUN));
  });
  return {
    name,
    pieces: [
      ...runs,
      ...runs.map((run) => Buffer.from(run.toString(), "utf16le")),
      ...runs.flatMap(base64Pieces),
      ...packed.filter((bytes) => bytes.length === PACKED_RUN),
    ],
  };
}

/** Bytes, such as a key or a PIN block: every run of eight of them as they are, in hex, in base64, and as numbers. */
export function byteCanary(name: string, bytes: Buffer): Canary {
  const runs = windows(bytes, RUN, (from) => bytes.subarray(from, from + RUN));
  return { name, pieces: runs.flatMap((run) => [run, ...textPieces(run), ...base64Pieces(run)]) };
}

function textPieces(run: Buffer): Buffer[] {
  const hex = run.toString("hex");
  const numbers = [...run].map(String);
  const spaced = hex.replace(/../g, "$& ").trim();
  const texts = [hex, hex.toUpperCase(), spaced, spaced.toUpperCase(), numbers.join(","), numbers.join(", ")];
  return [...texts, String(run.readBigUInt64BE()), String(run.readBigUInt64LE())].map((text) => Buffer.from(text));
}

/** What base64 makes of the run wherever in a longer text it begins: without the characters that depend on its neighbours. */
function base64Pieces(run: Buffer): Buffer[] {
  return [0, 1, 2].flatMap((skipped) => {
    const own = run.subarray(skipped);
    const whole = own.subarray(0, own.length - (own.length % 3));
    return [Buffer.from(whole.toString("base64")), Buffer.from(whole.toString("base64url"))];
  });
}

/** The canaries of which something is found in the text. */
export function found(text: Buffer, canaries: readonly Canary[]): readonly string[] {
  return canaries.filter(({ pieces }) => pieces.some((piece) => text.includes(piece))).map(({ name }) => name);
}
