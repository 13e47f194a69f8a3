import type { CheckValue } from "../../keyblock/index.js";
import type { ReadPlan } from "../plan/index.js";
import type { StepDesk, StepFacts, TokenLooks } from "../run/ceremony-work.js";
import { askThrice, type CeremonyTerminal, confirmPhrase } from "../terminal/index.js";

/** So many of the digest's words are typed: 64 bits that nobody can match by trying. */
const WORDS_TYPED = 4;

/** An officer confirms that this is the plan that was reviewed, by the first words of its digest. @throws TriesExhausted */
export async function confirmPlan({ terminal }: StepDesk, { digest }: ReadPlan): Promise<StepFacts> {
  const words = digest.words.split("-");
  terminal.show("The plan's digest:", ...rows(words, 8).map((row) => `  ${row}`), `  ${digest.hex}`, "");
  terminal.show(`Compare it with the digest that you reviewed, then type its first ${WORDS_TYPED} words.`);
  const expected = words.slice(0, WORDS_TYPED).join(" ");
  await askThrice(terminal, { what: "planWords" }, async () => {
    const typed = await terminal.askLine("words: ", 80);
    const isSame =
      typed
        .toLowerCase()
        .split(/[\s-]+/)
        .join(" ") === expected;
    return isSame ? { kind: "answer", answer: undefined } : { kind: "again", why: "Those are not its words." };
  });
  return [{ fact: "confirmed", what: "plan" }];
}

function rows(words: readonly string[], length: number): readonly string[] {
  return Array.from({ length: Math.ceil(words.length / length) }, (_, index) =>
    words.slice(index * length, (index + 1) * length).join(" "),
  );
}

/** The officer compares the token that was found with the device, and types its serial number. @throws TriesExhausted */
export async function confirmToken(terminal: CeremonyTerminal, label: string, token: TokenLooks): Promise<StepFacts> {
  terminal.show(`Token ${label}, serial number ${token.serial}`, `  ${token.description}`, "");
  await confirmPhrase(terminal, "Compare label and serial number with the device, then type the serial number:", token.serial);
  return [{ fact: "token", label, serial: token.serial, description: token.description }];
}

/** As papers and transcripts have it: upper-case hex. */
export function showCheckValue({ method, value }: CheckValue) {
  return { method, value: value.toString("hex").toUpperCase() };
}

/**
 * The second key manager compares: with a check value from their own paper, where there is one, else by typing what is shown.
 * @param checkValue read back through the token
 */
export async function compareCheckValue(
  terminal: CeremonyTerminal,
  checkValue: CheckValue,
  isKnown: boolean,
): Promise<StepFacts> {
  const shown = showCheckValue(checkValue);
  if (!isKnown) terminal.show(`Check value   ${shown.value}`, "", "Write it down, then type it.");
  else terminal.show("Type the check value from your own paper. The key's is compared with it.");
  await askThrice(terminal, { what: "checkValue" }, async () => {
    const typed = await terminal.askLine("check value: ", 16);
    const isSame = typed.replaceAll(" ", "").toUpperCase() === shown.value;
    return isSame ? { kind: "answer", answer: undefined } : { kind: "again", why: "The key's check value is another one." };
  });
  return [{ fact: "checkValue", of: "key", checkValue: shown }];
}
