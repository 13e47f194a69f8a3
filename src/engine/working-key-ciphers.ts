import type { BlockCipher } from "../base/index.js";
import type { SingleDes } from "../dukpt/index.js";
import { opensslDes } from "./openssl-des.js";
import { OpensslTdes, opensslSingleDes } from "./openssl-tdes.js";
import { SoftwareTdes, softwareDes } from "./software-cipher.js";

/** The cipher of a derived key, in this process's memory. Whoever makes one wipes it. */
export interface WorkingKeyCipher extends BlockCipher {
  wipe(): void;
}

/** TDES under KL‖KR, or DES under 8 bytes: by OpenSSL's functions where they can be had, else by Node's cipher objects. */
export function workingKeyCipher(key: Buffer): WorkingKeyCipher {
  const des = opensslDes();
  if (des !== undefined) return new OpensslTdes(des, key);
  return key.length === 8 ? SoftwareTdes.ofSingleLength(key) : SoftwareTdes.ofDoubleLength(key);
}

/** DES for the derivation steps of DUKPT, in the same two ways. */
export function derivationDes(): SingleDes {
  const des = opensslDes();
  return des === undefined ? softwareDes : opensslSingleDes(des);
}

/** To be called after a derivation: what its last step left on the stack is overwritten. */
export function coverDerivationTraces(): void {
  opensslDes()?.coverTraces();
}
