import type { CeremonyTerminal } from "../../ceremony/terminal/index.js";
import { type Approval, approve, parseOfficerName, type Statement } from "../../officers/index.js";
import { openOfficerKey } from "../ceremony/officer-keys.js";
import { Aborted } from "../errors/index.js";
import { withScreen } from "../terminal/index.js";

const OFFICERS = 2;
const MAX_NAME = 32;
const MAX_PHRASE = 128;

/**
 * Has two officers sign the statements, one after the other, each shown to both. The screen is cleared between them.
 * @param officerKeys the folder of their key files; not given: each says theirs
 * @returns for each statement its approvals
 * @throws Aborted when one of them refuses; OfficerError; TerminalEnded
 */
export function approveAtTerminal(
  statements: readonly Statement[],
  officerKeys: string | undefined,
): Promise<readonly (readonly Approval[])[]> {
  return withScreen(async (terminal) => {
    const signed: (readonly Approval[])[] = [];
    for (let officer = 1; officer <= OFFICERS; officer += 1) {
      terminal.clear([`Key manager ${officer} of ${OFFICERS}`]);
      signed.push(await signAll(terminal, statements, officerKeys));
    }
    terminal.clear(["Both key managers have signed."]);
    return statements.map((_, index) => signed.flatMap((approvals) => approvals.slice(index, index + 1)));
  });
}

async function signAll(
  terminal: CeremonyTerminal,
  statements: readonly Statement[],
  officerKeys: string | undefined,
): Promise<readonly Approval[]> {
  for (const statement of statements) {
    terminal.show(...statement.toLines(), "");
    await confirmDestruction(terminal, statement);
  }
  const name = await terminal.askLine("Your name as an officer, or nothing to refuse: ", MAX_NAME);
  if (name === "") throw new Aborted();
  const signer = await openOfficerKey(terminal, officerKeys, parseOfficerName(name));
  try {
    const approvals: Approval[] = [];
    for (const statement of statements) approvals.push(await approve(signer, statement));
    return approvals;
  } finally {
    signer.close();
  }
}

/** What cannot be undone is confirmed by the key's name. */
async function confirmDestruction(terminal: CeremonyTerminal, { kind, fields }: Statement): Promise<void> {
  if (kind !== "key.destroy") return;
  const typed = await terminal.askLine("Destroyed for ever. Type the key as above (name@version): ", MAX_PHRASE);
  if (typed !== fields["key"]) throw new Aborted();
}
