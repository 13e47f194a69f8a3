import { SecretBytes } from "../../base/index.js";
import { COMPONENT_FAULTS, combineShares, computeShareCheckValue, SHARE_LENGTH, splitIntoShares } from "../components/index.js";
import type { Step } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { StepDesk, StepFacts } from "../run/ceremony-work.js";
import { askThrice, type CeremonyTerminal, enterComponent, isSameSecret, showComponent } from "../terminal/index.js";
import { showCheckValue } from "./common-steps.js";
import { type CustodianPapers, onPaper, printedFacts } from "./custodian-papers.js";

/** Shares of the storage master key, custodian after custodian: made and shown, or entered. */
export class CustodianShares {
  readonly #count: number;
  readonly #threshold: number;
  readonly #papers: CustodianPapers | undefined;
  #shares: readonly SecretBytes[] = [];
  #secret: SecretBytes | undefined;

  /**
   * @param count custodians
   * @param papers when shares are printed; closed with `wipe`
   */
  constructor(count: number, threshold: number, papers?: CustodianPapers) {
    this.#papers = papers;
    this.#count = count;
    this.#threshold = threshold;
  }

  /** A custodian enters the share that is on their paper. @throws TriesExhausted, TerminalEnded */
  async enter({ terminal, step }: StepDesk): Promise<StepFacts> {
    const title = `share ${step.component} of ${this.#count}`;
    const place = await askPlace(terminal);
    using digits = await enterComponent(terminal, {
      title,
      length: SHARE_LENGTH - 1,
      findFault: (typed) => {
        if (typed.length !== SHARE_LENGTH - 1) return COMPONENT_FAULTS.LENGTH_WRONG;
        return this.#shares.some((known) => known.expose().at(-1) === place) ? COMPONENT_FAULTS.COMPONENT_REPEATED : undefined;
      },
      checkValueOf: (typed) => {
        using share = joined(typed, place);
        return checkValueOf(share).value;
      },
    });
    const share = joined(digits, place);
    this.#shares = [...this.#shares, share];
    return factsOf(share, step);
  }

  /** A custodian is shown a share; all of them are made when the first one is. @throws TriesExhausted, TerminalEnded */
  async show({ terminal, step, progress }: StepDesk, randomBytes: (length: number) => SecretBytes): Promise<StepFacts> {
    if (this.#secret === undefined) {
      this.#secret = randomBytes(SHARE_LENGTH - 1);
      this.#shares = await splitIntoShares(this.#secret, this.#count, this.#threshold);
      await this.#proveShares(this.#secret);
    }
    const share = this.#shares[(step.component ?? 0) - 1];
    if (share === undefined) throw new Error("There is a share for each custodian.");
    const facts = factsOf(share, step);
    const checkValue = checkValueOf(share).value;
    const component = SecretBytes.alloc(SHARE_LENGTH - 1);
    share.expose().copy(component.expose());
    try {
      const title = `share ${step.component} of ${this.#count}`;
      const notes = [`Share number  ${share.expose().at(-1)}`];
      await showComponent(terminal, onPaper(this.#papers, { title, component, checkValue, progress, notes }));
    } finally {
      component.wipe();
      share.wipe();
    }
    return [...facts, ...printedFacts(this.#papers, "share", step)];
  }

  /** The storage master key, the caller's to wipe. @throws CeremonyRefused COMPONENTS_REFUSED */
  async finish(): Promise<SecretBytes> {
    if (this.#secret !== undefined) {
      const secret = this.#secret;
      this.#secret = undefined;
      return secret;
    }
    const restored = this.#shares.length === this.#threshold ? await combineShares(this.#shares) : undefined;
    this.wipe();
    if (restored === undefined) throw new CeremonyRefused("COMPONENTS_REFUSED");
    return restored;
  }

  /** The last shares, as many as are needed, give the secret back: before anybody goes away with one. */
  async #proveShares(secret: SecretBytes): Promise<void> {
    using restored = await combineShares(this.#shares.slice(-this.#threshold));
    if (restored === undefined || !isSameSecret(restored, secret)) throw new CeremonyRefused("COMPONENTS_REFUSED");
  }

  wipe(): void {
    for (const share of this.#shares) share.wipe();
    this.#secret?.wipe();
    this.#papers?.close();
  }
}

function askPlace(terminal: CeremonyTerminal): Promise<number> {
  return askThrice(terminal, { what: "shareNumber" }, async () => {
    const typed = await terminal.askLine("Share number, from your paper: ", 3);
    const place = /^[1-9][0-9]{0,2}$/.test(typed) ? Number(typed) : 0;
    if (place >= 1 && place <= 255) return { kind: "answer", answer: place };
    return { kind: "again", why: "A share number is 1 to 255." };
  });
}

function joined(digits: SecretBytes, place: number): SecretBytes {
  const share = SecretBytes.alloc(SHARE_LENGTH);
  digits.expose().copy(share.expose());
  share.expose()[SHARE_LENGTH - 1] = place;
  return share;
}

function checkValueOf(share: SecretBytes) {
  return showCheckValue(computeShareCheckValue(share));
}

function factsOf(share: SecretBytes, { component: number = 0 }: Step): StepFacts {
  return [{ fact: "checkValue", of: "share", number, checkValue: checkValueOf(share) }];
}
