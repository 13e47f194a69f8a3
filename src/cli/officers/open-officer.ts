import { askThrice, type CeremonyTerminal } from "../../ceremony/terminal/index.js";
import {
  OFFICER_ERRORS,
  OfficerError,
  type OfficerSigner,
  openOfficerKeyFile,
  PASSPHRASE_LENGTHS,
  readOfficerKeyOwner,
  readTokenReference,
  type TokenReference,
} from "../../officers/index.js";
import { MAX_PIN_LENGTH } from "../secrets/index.js";
import { openReferencedToken } from "./token-signer.js";

/**
 * Opens an officer's key with one entry: a key file, with its passphrase, or the token that a reference names, with its PIN.
 * @returns the key, the caller's to close
 * @throws OfficerError, TerminalEnded; TokenStartError
 */
export async function openOfficerOnce(terminal: CeremonyTerminal, file: string): Promise<OfficerSigner> {
  const reference = readTokenReference(file);
  if (reference !== undefined) return openToken(terminal, reference);
  const { name } = readOfficerKeyOwner(file);
  using passphrase = await terminal.askHidden(`Passphrase of ${name}: `, PASSPHRASE_LENGTHS.most);
  return openOfficerKeyFile(file, passphrase);
}

/**
 * The same with three tries at a passphrase. A PIN has one: the token counts wrong ones.
 * @throws OfficerError, TriesExhausted, TerminalEnded; TokenStartError
 */
export function openOfficer(terminal: CeremonyTerminal, file: string): Promise<OfficerSigner> {
  return askThrice(terminal, { what: "officerKey" }, async () => {
    try {
      return { kind: "answer", answer: await openOfficerOnce(terminal, file) };
    } catch (error) {
      const isWrong = error instanceof OfficerError && error.code === "KEY_FILE_UNUSABLE";
      if (isWrong) return { kind: "again", why: OFFICER_ERRORS.KEY_FILE_UNUSABLE };
      throw error;
    }
  });
}

async function openToken(terminal: CeremonyTerminal, reference: TokenReference): Promise<OfficerSigner> {
  using pin = await terminal.askHidden(`PIN of token ${reference.tokenLabel}, ${reference.name}: `, MAX_PIN_LENGTH);
  // Awaited here: the PIN is wiped when this function ends.
  return await openReferencedToken(reference, pin);
}
