import type { PseudoTerminal, TerminalRun } from "./pseudo-terminal.js";

/** A question on the screen, as the players see it. */
export interface Prompt {
  /** From 1. */
  readonly number: number;
  readonly kind: PromptKind;
  /** Everything since the screen was cleared last. */
  readonly screen: string;
  /** The step, from 1; 0 while the plan is shown. */
  readonly step: number;
  /** The regular expression's groups. */
  readonly match: RegExpExecArray;
}

const PROMPTS = {
  written: /Written down\? Press Enter[^\n]* $/,
  enter: /Press Enter to [^\n]*\. $/,
  words: /words: $/,
  passphrase: /Passphrase of (\S+): $/,
  phrase: /\n {2}(\S+)\r?\n(?:[^\n]*\n)*> $/,
  component: /(?:component|share) (\d+) of \d+:\r?\n$/,
  again: /once more:\r?\n$/,
  shareNumber: /Share number, from your paper: $/,
  checkValue: /check value: $/,
} as const satisfies Record<string, RegExp>;
export type PromptKind = keyof typeof PROMPTS;

/** What is typed at a prompt instead of the right answer; undefined: the right answer. "end": nothing more is typed. */
export type Deviation = (prompt: Prompt, terminal: PseudoTerminal) => string | "end" | undefined;

/** What the players know: their papers. */
export interface Papers {
  /** Hex digits by number of the component. */
  readonly components?: readonly string[];
  /** Of shares: their numbers. */
  readonly shareNumbers?: readonly number[];
  /** Takes the paper of the step from the printer: its hex digits. */
  readonly takePaper?: () => string;
  /** Of the key, on the second key manager's paper. */
  readonly checkValue?: string;
}

/** How it went: what was asked, what was written down. */
export interface Played extends TerminalRun {
  readonly prompts: readonly Prompt[];
  /** Components and shares that were shown, hex digits, in their order; with the numbers of shares. */
  readonly written: readonly { readonly digits: string; readonly shareNumber?: number }[];
}

const CLEAR = "\x1b[H\x1b[2J\x1b[3J";

/** The people of a ceremony, by name. */
export interface Cast {
  readonly players: ReadonlyMap<string, { readonly passphrase: string }>;
}

/** Officers who answer every question of a ceremony rightly, from their papers, but where `deviate` says otherwise. */
export class ScriptedOfficers {
  readonly #cast: Cast;
  readonly #papers: Papers;
  readonly #deviate: Deviation;
  readonly #think: () => Promise<void>;
  readonly #written: { digits: string; shareNumber?: number }[] = [];
  #entering: number | undefined;

  constructor(cast: Cast, papers: Papers = {}, deviate: Deviation = () => undefined, think = async () => {}) {
    this.#cast = cast;
    this.#papers = papers;
    this.#deviate = deviate;
    this.#think = think;
  }

  /** Plays until the program ends. */
  async play(terminal: PseudoTerminal): Promise<Played> {
    const prompts: Prompt[] = [];
    for (;;) {
      const prompt = await this.#nextPrompt(terminal, prompts.length + 1);
      if (prompt === undefined) break;
      prompts.push(prompt);
      await this.#think();
      const answer = this.#deviate(prompt, terminal) ?? `${this.#answer(prompt)}\r`;
      if (answer !== "end") terminal.type(answer);
    }
    return { ...(await terminal.ended), prompts, written: this.#written };
  }

  async #nextPrompt(terminal: PseudoTerminal, number: number): Promise<Prompt | undefined> {
    const kinds = Object.keys(PROMPTS) as PromptKind[];
    const found = await terminal.await((screen) => {
      const visible = screen.slice(screen.lastIndexOf(CLEAR) + 1);
      return kinds.flatMap((kind) => {
        const match = PROMPTS[kind].exec(visible);
        return match === null ? [] : [{ kind, match, screen: visible }];
      })[0];
    });
    if (found === undefined) return undefined;
    // The plan lists them all, before the first begins.
    const step = found.screen.includes(": the plan") ? 0 : Number(/Step (\d+) of \d+ /.exec(found.screen)?.[1] ?? 0);
    return { ...found, number, step };
  }

  #answer({ kind, match, screen }: Prompt): string {
    switch (kind) {
      case "enter":
        return "";
      case "written":
        return this.#writeDown(screen);
      case "words":
        return /digest:\r?\n {2}((?:\S+ ){3}\S+)/.exec(screen)?.[1] ?? "no words";
      case "passphrase":
        return this.#cast.players.get(match[1] ?? "")?.passphrase ?? "nobody's passphrase";
      case "phrase":
        return match[1] ?? "";
      case "component":
        this.#entering = Number(match[1]) - 1;
        if (screen.includes("is on the printer.")) this.#written.push({ digits: this.#papers.takePaper?.() ?? "" });
        return this.#digits();
      case "again":
        return this.#digits();
      case "shareNumber":
        return String(this.#papers.shareNumbers?.[Number(/share (\d+) of/.exec(screen)?.[1]) - 1]);
      case "checkValue":
        return /Check value +([0-9A-F]+)/.exec(screen)?.[1] ?? this.#papers.checkValue ?? "";
    }
  }

  #writeDown(screen: string): string {
    const shown = /shown this once\.\s+((?:[0-9A-F]{4}\s+)+)/.exec(screen)?.[1] ?? "";
    const shareNumber = /Share number +(\d+)/.exec(screen)?.[1];
    const digits = shown.replace(/\s/g, "");
    this.#written.push({ digits, ...(shareNumber !== undefined && { shareNumber: Number(shareNumber) }) });
    return "";
  }

  /** From the paper that was given, or the one just written. */
  #digits(): string {
    return this.#papers.components?.[this.#entering ?? 0] ?? this.#written.at(-1)?.digits ?? "";
  }
}
