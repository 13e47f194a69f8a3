const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";

/** Consonants of 4 bits and vowels of 2 bits, alternating: 16 bits a word. */
const SHIFTS = [12, 10, 6, 4, 0] as const;
const WORD = /^[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]$/;

/**
 * Bytes as words that can be read aloud: proquints (D. S. Wilkerson, arXiv:0901.4016), five letters for two bytes, joined by hyphens.
 * 127.0.0.1 is `lusab-babad`; a SHA-256 is 16 words.
 * @param bytes an even number
 */
export function toWords(bytes: Buffer): string {
  const words: string[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) words.push(toWord(bytes.readUInt16BE(at)));
  return words.join("-");
}

/** @returns undefined when the text is not such words */
export function fromWords(text: string): Buffer | undefined {
  const words = text.split("-");
  if (!words.every((word) => WORD.test(word))) return undefined;
  const bytes = Buffer.alloc(words.length * 2);
  words.forEach((word, index) => {
    bytes.writeUInt16BE(fromWord(word), index * 2);
  });
  return bytes;
}

function toWord(value: number): string {
  return SHIFTS.map((shift, place) =>
    place % 2 === 0 ? CONSONANTS[(value >> shift) & 15] : VOWELS[(value >> shift) & 3],
  ).join("");
}

function fromWord(word: string): number {
  return SHIFTS.reduce<number>((value, shift, place) => value | (letters(place).indexOf(word.charAt(place)) << shift), 0);
}

const letters = (place: number) => (place % 2 === 0 ? CONSONANTS : VOWELS);
