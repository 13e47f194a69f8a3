import { Command } from "commander";
import { makePaperForm, renderPaperHtml, renderPaperText } from "../../../ceremony/transcript/index.js";
import { EXIT } from "../../exit-codes.js";
import { print } from "../../output/index.js";
import { type TranscriptOptions, verifyTranscriptFile, withTranscriptKeys } from "./verification.js";

const HELP = `
The form is verified first, and says whether the transcript holds (exit code 4 when it does not). The HTML is one file that loads nothing:
print it from any browser.

Example:
  $ pinmac ceremony paper load-bdk.jsonl --key audit-key.pem --officers officers.jsonl --html > load-bdk.html`;

/** `pinmac ceremony paper` */
export function createPaperCommand(): Command {
  return withTranscriptKeys(new Command("paper"))
    .description("The transcript as a form to print and sign: text of 80 columns, or HTML for A4.")
    .argument("<file>", "the transcript")
    .option("--html", "print HTML")
    .addHelpText("after", HELP)
    .action((file: string, options: TranscriptOptions & { readonly html?: boolean }) => {
      const verdict = verifyTranscriptFile(file, options);
      const form = makePaperForm(verdict);
      print(options.html === true ? renderPaperHtml(form).trimEnd() : renderPaperText(form).join("\n"));
      process.exitCode = verdict.holds ? EXIT.DONE : EXIT.VERIFICATION;
    });
}
