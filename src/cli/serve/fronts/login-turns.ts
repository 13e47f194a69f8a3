import type { LaneFailureCode } from "../../../engine/lanes/index.js";

/** A front that wants to log in. */
export interface LoginApplicant {
  grantLogin(): void;
  denyLogin(code: LaneFailureCode): void;
}

/**
 * Lets fronts log in to the token one at a time, and none any more once the token refused the PIN: however many fronts there are, a wrong
 * PIN is presented once.
 */
export class LoginTurns {
  #holder: LoginApplicant | undefined;
  #waiting: LoginApplicant[] = [];
  #refusal: LaneFailureCode | undefined;

  want(applicant: LoginApplicant): void {
    this.#waiting.push(applicant);
    this.#next();
  }

  /** The one who had the turn is done. @param refusal given when the token refused the PIN */
  done(applicant: LoginApplicant, refusal?: LaneFailureCode): void {
    if (applicant !== this.#holder) return;
    this.#refusal ??= refusal;
    this.#holder = undefined;
    this.#next();
  }

  /** The front has ended, wherever it stood. */
  gone(applicant: LoginApplicant): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== applicant);
    this.done(applicant);
  }

  #next(): void {
    const refusal = this.#refusal;
    if (refusal !== undefined) {
      for (const applicant of this.#waiting.splice(0)) applicant.denyLogin(refusal);
      return;
    }
    if (this.#holder !== undefined) return;
    this.#holder = this.#waiting.shift();
    this.#holder?.grantLogin();
  }
}
