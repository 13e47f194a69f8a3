import type { SecretBytes } from "../../base/index.js";
import { askThrice, isSameSecret, type Try } from "./ask.js";
import type { CeremonyTerminal } from "./ceremony-terminal.js";

/** A component to be typed, and what it must be. */
export interface ComponentEntry {
  /** Such as `component 2 of 3`. */
  readonly title: string;
  /** In bytes. */
  readonly length: number;
  /** What is wrong with it, as a sentence; nothing when all is well. */
  readonly findFault: (component: SecretBytes) => string | undefined;
  /** Upper-case hex, as on the custodian's paper. */
  readonly checkValueOf: (component: SecretBytes) => string;
}

const NOT_BYTES = "That is not a whole number of bytes.";

/**
 * Has a custodian type a component from paper: hidden, twice, its check value shown, compared with the paper and typed back.
 * @returns the component, the caller's to wipe
 * @throws TriesExhausted, TerminalEnded
 */
export async function enterComponent(terminal: CeremonyTerminal, entry: ComponentEntry): Promise<SecretBytes> {
  terminal.show(`Type ${entry.title} from your paper: ${entry.length * 2} hex digits. They are not shown.`);
  return askThrice(terminal, { what: "component" }, async () => {
    const component = await terminal.askHex(`${entry.title}:`, entry.length * 2);
    if (component === undefined) return { kind: "again", why: NOT_BYTES };
    const why = await findWhyNot(terminal, entry, component).catch((error: unknown) => {
      component.wipe();
      throw error;
    });
    if (why === undefined) return { kind: "answer", answer: component };
    component.wipe();
    return { kind: "again", why };
  });
}

async function findWhyNot(
  terminal: CeremonyTerminal,
  entry: ComponentEntry,
  component: SecretBytes,
): Promise<string | undefined> {
  const fault = entry.findFault(component);
  if (fault !== undefined) return fault;
  using again = await terminal.askHex("once more:", entry.length * 2);
  if (again === undefined || !isSameSecret(component, again)) return "The two entries differ.";
  return compareCheckValue(terminal, entry.checkValueOf(component));
}

/** The check value is shown, the custodian compares it with the paper and types what the paper says. */
async function compareCheckValue(terminal: CeremonyTerminal, checkValue: string): Promise<string | undefined> {
  terminal.show(`Check value ${checkValue}. Compare it with your paper, then type the paper's.`);
  const typed = await terminal.askLine("check value: ", 16);
  return typed.toUpperCase() === checkValue ? undefined : "The check value is not that of the paper.";
}

/** A component that the token made, given to its custodian once. */
export interface ComponentShow {
  readonly title: string;
  readonly component: SecretBytes;
  readonly checkValue: string;
  /** The lines that say how far the ceremony is, for the screen that is cleared after it. */
  readonly progress: readonly string[];
  /** What else is to be written down. */
  readonly notes: readonly string[];
  /** Puts it on paper; the screen then shows none of it. Not given: it is shown on the screen. */
  readonly print?: () => void;
}

/**
 * Shows a custodian their component once, to be written down, or prints it, and has them type it back from the paper: a wrong paper would be
 * noticed only when it is needed. The component stays the caller's to wipe.
 * @throws TriesExhausted, TerminalEnded, what `print` throws
 */
export async function showComponent(terminal: CeremonyTerminal, show: ComponentShow): Promise<void> {
  if (show.print === undefined) await showOnScreen(terminal, show);
  else {
    show.print();
    terminal.show(`${capitalized(show.title)} is on the printer. Take the paper; nobody else looks.`, "");
  }
  terminal.show("Type it back from your paper. It is not shown.");
  await askThrice(terminal, { what: "typedBack" }, () => typeBack(terminal, show));
}

function capitalized(title: string): string {
  return title.slice(0, 1).toUpperCase() + title.slice(1);
}

async function showOnScreen(terminal: CeremonyTerminal, show: ComponentShow): Promise<void> {
  terminal.show(`This is ${show.title}. Write it down; it is shown this once.`, "");
  terminal.showHex(show.component);
  terminal.show("", `Check value   ${show.checkValue}`, ...show.notes, "");
  await terminal.askLine("Written down? Press Enter: the screen is cleared. ", 1);
  terminal.clear(show.progress);
}

async function typeBack(terminal: CeremonyTerminal, { title, component }: ComponentShow): Promise<Try<undefined>> {
  using typed = await terminal.askHex(`${title}:`, component.length * 2);
  if (typed !== undefined && isSameSecret(typed, component)) return { kind: "answer", answer: undefined };
  return { kind: "again", why: "That is not what was shown or printed." };
}
