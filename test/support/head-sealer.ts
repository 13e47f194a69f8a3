import { createHmac } from "node:crypto";
import { registerHeadMessage } from "../../src/keyblock/index.js";
import type { HeadSealer } from "../../src/store/index.js";

/** A seal key of software: for registers whose head no token will look at. */
export function softwareHeadSealer(key = "a register of a test"): HeadSealer {
  return async (head) => createHmac("sha256", key).update(registerHeadMessage(head)).digest().subarray(0, 16);
}
