/**
 * The session keys of a UnionPay sign-on (0800/0810), as field 62 carries them: layouts and their encoding.
 * Pure: keys arrive enciphered, with their check values; this folder only puts them in their places.
 * The engine's sign-on command calls it.
 */
export { buildSignOnField62, type SignOnKey, type SignOnKeys, signOnKeyLengths } from "./field-62.js";
export {
  SIGN_ON_CHECK_VALUE_LENGTH,
  SIGN_ON_LAYOUTS,
  type SignOnKeyName,
  type SignOnLayout,
} from "./sign-on-layout.js";
