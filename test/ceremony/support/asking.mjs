// A conversation with every kind of question, as the ceremonies have it, without a token. Prints what it got as lengths and outcomes.

import { SecretBytes } from "../../../dist/base/index.js";
import { askThrice, confirmPhrase, enterComponent, showComponent } from "../../../dist/ceremony/terminal/index.js";
import { withScreen } from "../../../dist/cli/terminal/index.js";

const checkValueOf = () => "A1B2C3";
const component = SecretBytes.take(Buffer.from(process.env.COMPONENT ?? "", "hex"));

const conversations = {
  component: (terminal) =>
    enterComponent(terminal, { title: "component 1 of 2", length: 16, findFault: () => undefined, checkValueOf }),
  phrase: (terminal) => confirmPhrase(terminal, "Type the key's name:", "pos/bdk"),
  hidden: (terminal) =>
    askThrice(terminal, { what: "officerKey" }, async () => {
      const typed = await terminal.askHidden("Passphrase: ", 64);
      return { kind: "answer", answer: typed };
    }),
  show: (terminal) =>
    showComponent(terminal, {
      title: "component 1 of 2",
      component,
      checkValue: checkValueOf(),
      progress: ["step 1 of 2"],
      notes: [],
    }),
};

try {
  const answer = await withScreen((terminal) => conversations[process.argv[2]](terminal));
  process.stdout.write(answer === undefined ? "done\n" : `done ${answer.length}\n`);
} catch (error) {
  process.stdout.write(`${`${error.name} ${error.end ?? ""}`.trim()}\n`);
  process.exitCode = 1;
}
