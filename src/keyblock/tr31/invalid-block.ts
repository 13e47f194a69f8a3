import { Refusal } from "../../base/index.js";

/** The one refusal of a key block, whatever is wrong with it: who tries blocks learns nothing from it. */
export function invalidBlock(): Refusal {
  return new Refusal("KEY_BLOCK_INVALID");
}
