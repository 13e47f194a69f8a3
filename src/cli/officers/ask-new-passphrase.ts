import type { SecretBytes } from "../../base/index.js";
import { askThrice, type CeremonyTerminal, isSameSecret } from "../../ceremony/terminal/index.js";
import { checkPassphrase, OFFICER_ERRORS, OfficerError, PASSPHRASE_LENGTHS } from "../../officers/index.js";

/**
 * Has an officer type a new passphrase, unseen, twice.
 * @returns the passphrase, the caller's to wipe
 * @throws TriesExhausted, TerminalEnded
 */
export function askNewPassphrase(terminal: CeremonyTerminal): Promise<SecretBytes> {
  terminal.show(`A passphrase of at least ${PASSPHRASE_LENGTHS.least} characters. Nobody can help you if you forget it.`);
  return askThrice(terminal, { what: "phrase" }, async () => {
    const first = await terminal.askHidden("New passphrase: ", PASSPHRASE_LENGTHS.most);
    try {
      const why = await findWhyNot(terminal, first);
      if (why === undefined) return { kind: "answer", answer: first };
      first.wipe();
      return { kind: "again", why };
    } catch (error) {
      first.wipe();
      throw error;
    }
  });
}

async function findWhyNot(terminal: CeremonyTerminal, first: SecretBytes): Promise<string | undefined> {
  try {
    checkPassphrase(first);
  } catch (error) {
    if (error instanceof OfficerError) return OFFICER_ERRORS[error.code];
    throw error;
  }
  using second = await terminal.askHidden("Once more: ", PASSPHRASE_LENGTHS.most);
  return isSameSecret(first, second) ? undefined : "The two entries differ.";
}
