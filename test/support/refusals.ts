import { Refusal } from "../../src/base/index.js";

/** The refusal that `work` throws; anything else it does fails the test. */
export function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}
