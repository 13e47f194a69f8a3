import { readFileSync } from "node:fs";
import { StrictDocument, YamlError } from "../yaml/index.js";
import { checkPolicy } from "./check-policy.js";
import type { Finding } from "./finding.js";
import { Policy } from "./policy.js";
import { PolicyError } from "./policy-error.js";
import { policySchema } from "./policy-schema.js";
import { resolveGrants } from "./resolve-grants.js";

/** A policy that may be used, and what an officer should think about, one sentence each with file and line. */
export interface ReadPolicy {
  readonly policy: Policy;
  readonly warnings: readonly string[];
}

/**
 * Reads a policy file, strictly: unknown keys, duplicates, several documents and aliases are errors.
 * @param now seconds since 1970, for grants that are past
 * @throws PolicyError with every problem that was found
 */
export function readPolicy(file: string, now: number): ReadPolicy {
  return parsePolicy(readText(file), file, now);
}

/**
 * The same for a text.
 * @param file what the text is called in sentences
 * @throws PolicyError
 */
export function parsePolicy(text: string, file: string, now: number): ReadPolicy {
  try {
    return parse(StrictDocument.parse(text, file), now);
  } catch (error) {
    throw error instanceof YamlError ? new PolicyError(error.problems) : error;
  }
}

function parse(yaml: StrictDocument, now: number): ReadPolicy {
  const document = yaml.read(policySchema);
  const { grants, findings } = resolveGrants(document);
  const all = [...findings, ...checkPolicy(document, grants, now)];
  const sentences = (severity: Finding["severity"]) =>
    all.filter((finding) => finding.severity === severity).map(({ path, message }) => yaml.say(path, message));
  const errors = sentences("error");
  if (errors.length > 0) throw new PolicyError(errors);
  return { policy: new Policy(grants), warnings: sentences("warning") };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new PolicyError([`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`]);
  }
}
