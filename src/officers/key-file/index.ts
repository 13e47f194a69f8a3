/**
 * Officers' keys in files: Ed25519, enciphered under a passphrase, or where the key lies in a token of the officer's own. The files are read and
 * written in `owned-file.ts` alone.
 * The CLI makes and opens them; the passphrase comes from the terminal, as a secret that is wiped.
 */
export {
  changeOfficerPassphrase,
  createOfficerKeyFile,
  openOfficerKeyFile,
  readOfficerKeyOwner,
} from "./officer-key-file.js";
export { checkPassphrase, PASSPHRASE_LENGTHS } from "./passphrase.js";
export { createTokenReference, readTokenReference, type TokenReference } from "./token-reference.js";
