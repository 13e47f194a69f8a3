/** Something in a policy that an officer should know. An error keeps the policy from being used, a warning does not. */
export interface Finding {
  readonly severity: "error" | "warning";
  /** Where: keys and indexes from the top of the document. */
  readonly path: readonly PropertyKey[];
  /** One sentence. */
  readonly message: string;
}

/** A finding that keeps the policy from being used. */
export function errorAt(path: readonly PropertyKey[], message: string): Finding {
  return { severity: "error", path, message };
}

/** A finding to think about. */
export function warningAt(path: readonly PropertyKey[], message: string): Finding {
  return { severity: "warning", path, message };
}
