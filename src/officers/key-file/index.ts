/**
 * Officers' keys in files: Ed25519, enciphered under a passphrase. Reading and writing of the files is in `owned-file.ts`.
 * The CLI makes and opens them; the passphrase comes from the terminal, as a secret that is wiped.
 */
export {
  changeOfficerPassphrase,
  createOfficerKeyFile,
  openOfficerKeyFile,
  readOfficerKeyOwner,
} from "./officer-key-file.js";
export { checkPassphrase, PASSPHRASE_LENGTHS } from "./passphrase.js";
