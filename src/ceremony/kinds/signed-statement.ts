import { type Approval, approve, type OfficerSigner, type Statement } from "../../officers/index.js";
import { inColumns } from "../plan/index.js";
import type { StepDesk } from "../run/ceremony-work.js";

/** Shows a statement to the officer at the desk, and to those who came as well, and has all of them sign it. @throws TerminalEnded */
export async function signStatement(
  { terminal, signer }: StepDesk,
  statement: Statement,
  ...others: readonly OfficerSigner[]
): Promise<readonly Approval[]> {
  const signers = [signer, ...others];
  const names = signers.map(({ officer }) => officer.name).join(" and ");
  terminal.show("", ...statement.toLines().flatMap((line) => inColumns("", line)), "");
  await terminal.askLine(`Press Enter to sign as ${names}, Ctrl-C to end. `, 1);
  return Promise.all(signers.map((each) => approve(each, statement)));
}
