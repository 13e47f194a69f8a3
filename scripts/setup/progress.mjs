const started = performance.now();
let lines = 0;

const elapsed = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/** Says what is being done, with the time since the start. @param {string} text */
export function progress(text) {
  lines += 1;
  console.error(`[${elapsed().padStart(7)}] ${text}`);
}

/** The one line at the end. */
export function finished() {
  console.error(lines === 0 ? `pinmac is set up (nothing to do, ${elapsed()})` : `[${elapsed().padStart(7)}] pinmac is set up`);
}

/** Something that the person at the keyboard must solve: shown without a stack, ends with exit code 1. */
export class SetupProblem extends Error {
  name = "SetupProblem";
}
