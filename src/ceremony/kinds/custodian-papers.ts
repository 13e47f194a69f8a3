import { custodianWorkOf, type ReadPlan, type Step } from "../plan/index.js";
import { PaperPrinter, writeComponentPaper } from "../printer/index.js";
import type { ComponentShow } from "../terminal/index.js";

/** The papers of one ceremony's custodians, printed one after the other. */
export class CustodianPapers {
  readonly #printer: PaperPrinter;
  readonly #about: { readonly ceremony: string; readonly key: string };

  private constructor(printer: PaperPrinter, about: { readonly ceremony: string; readonly key: string }) {
    this.#printer = printer;
    this.#about = about;
  }

  /** Opens the plan's printer; undefined when it names none. @throws CeremonyRefused PRINTER_UNUSABLE */
  static open({ plan }: ReadPlan): CustodianPapers | undefined {
    const path = custodianWorkOf(plan)?.printer;
    if (path === undefined) return undefined;
    const key = "key" in plan ? plan.key.name : "storage master key";
    return new CustodianPapers(PaperPrinter.open(path), { ceremony: plan.ceremony, key });
  }

  /** Prints a component, and wipes what was made for it. @throws CeremonyRefused PRINTER_FAILED */
  print({ title, component, checkValue, notes }: Omit<ComponentShow, "progress" | "print">): void {
    using paper = writeComponentPaper({ ...this.#about, title, component, checkValue, notes });
    this.#printer.print(paper);
  }

  /** Lets go of the printer. May be called twice. */
  close(): void {
    this.#printer.close();
  }
}

/** What the transcript says of a component that was printed. */
export function printedFacts(papers: CustodianPapers | undefined, of: "component" | "share", { component: number = 0 }: Step) {
  return papers === undefined ? [] : [{ fact: "printed", of, number } as const];
}

/** Has a component shown, or printed when there is a printer. */
export function onPaper(papers: CustodianPapers | undefined, show: Omit<ComponentShow, "print">): ComponentShow {
  return papers === undefined ? show : { ...show, print: () => papers.print(show) };
}
