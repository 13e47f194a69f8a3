import { createCipheriv, randomBytes } from "node:crypto";

const LENGTH = 16;

/** What a terminal vendor sends for a new BDK: two components by two couriers, and the check value by a third. */
export interface VendorsLetters {
  readonly components: readonly string[];
  readonly checkValue: string;
}

/** A new BDK in two components of odd parity. Test keys of this demo only. */
export function writeLetters(): VendorsLetters {
  const components = [randomComponent(), randomComponent()] as const;
  const key = Buffer.from(components[0].map((byte, at) => byte ^ (components[1][at] ?? 0)));
  const cipher = createCipheriv("des-ede-ecb", key, null).setAutoPadding(false);
  const checkValue = cipher.update(Buffer.alloc(8)).subarray(0, 3).toString("hex").toUpperCase();
  return { components: components.map((component) => component.toString("hex").toUpperCase()), checkValue };
}

function randomComponent(): Buffer {
  return Buffer.from(randomBytes(LENGTH).map(withOddParity));
}

function withOddParity(byte: number): number {
  const ones = [...byte.toString(2)].filter((bit) => bit === "1").length;
  return ones % 2 === 1 ? byte : byte ^ 1;
}
