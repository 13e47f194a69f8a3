import { inColumns } from "../../ceremony/plan/index.js";
import { type CeremonyTerminal, confirmPhrase } from "../../ceremony/terminal/index.js";
import { type Approval, approve, type Statement } from "../../officers/index.js";
import { openOfficer } from "./open-officer.js";

/**
 * Shows a statement to one officer after the other, on a cleared screen, and has each sign it.
 * @param files the officers' key files, in the order in which they come to the terminal
 * @throws OfficerError, TriesExhausted, TerminalEnded, TokenStartError
 */
export async function collectApprovals(
  terminal: CeremonyTerminal,
  statement: Statement,
  files: readonly string[],
): Promise<readonly Approval[]> {
  const approvals: Approval[] = [];
  for (const [index, file] of files.entries()) {
    terminal.clear([`Approval ${index + 1} of ${files.length}`]);
    terminal.show(...statement.toLines().flatMap((line) => inColumns("", line)), "");
    await confirmPhrase(terminal, "Read it. To sign, type:", phraseFor(statement));
    const signer = await openOfficer(terminal, file);
    try {
      approvals.push(await approve(signer, statement));
    } finally {
      signer.close();
    }
  }
  terminal.clear(["Approved"]);
  return approvals;
}

/** What cannot be undone is confirmed by the key's name. */
function phraseFor({ kind, fields }: Statement): string {
  return kind === "key.destroy" ? (fields["key"] ?? "") : "I approve";
}
