import { COLUMNS, inColumns } from "../plan/wrap-line.js";
import { describeSigner, type PaperForm } from "./paper-form.js";

const LABEL = 10;
const SIGNER = 46;

/** The form as text of 80 columns, to be printed and signed. */
export function renderPaperText(form: PaperForm): readonly string[] {
  const pair = (name: string, value: string) => inColumns(name.padEnd(LABEL), value);
  return [
    "KEY CEREMONY: TRANSCRIPT",
    "",
    ...form.facts.flatMap(([name, value]) => pair(name, value)),
    "",
    ...form.blocks.flatMap((block) => [...block, ""]),
    ...inColumns("", form.verdict),
    "",
    ...pair("Last hash", form.hash),
    ...pair("in words", form.words.replaceAll("-", " ")),
    "",
    "I was present, and the words above are those that I saw on the screen.",
    ...form.signatures.flatMap((signer) => [
      "",
      `${describeSigner(signer).padEnd(SIGNER)} ${"_".repeat(COLUMNS - SIGNER - 1)}`,
    ]),
  ];
}
