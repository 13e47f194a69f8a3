// Besides src/engine/openssl-des.ts the only file that loads the foreign-function interface: two structures of PKCS#11 hold pointers, for which the binding has no form.
import { createRequire } from "node:module";

/** Memory that stays where it is: an ArrayBuffer's lies outside of the moving heap. */
export interface PinnedMemory {
  readonly bytes: Buffer;
  readonly address: bigint;
}

/** Allocates memory whose address may be given to the token for as long as the result is referenced. Call it seldom. */
export function pinMemory(length: number): PinnedMemory {
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const bytes = Buffer.from(new ArrayBuffer(length));
  return { bytes, address: koffi.address(bytes) };
}
