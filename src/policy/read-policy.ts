import { readFileSync } from "node:fs";
import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { checkPolicy } from "./check-policy.js";
import type { Finding } from "./finding.js";
import { Policy } from "./policy.js";
import { PolicyError } from "./policy-error.js";
import { type PolicyDocument, policySchema } from "./policy-schema.js";
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
  const lines = new LineCounter();
  const yaml = parseDocument(text, { strict: true, uniqueKeys: true, lineCounter: lines });
  const faults = [...yaml.errors, ...yaml.warnings];
  if (faults.length > 0) {
    throw new PolicyError(
      faults.map(({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${message.split("\n", 1)[0]}`),
    );
  }
  const say = (path: readonly PropertyKey[], message: string) =>
    `${file}:${lineOf(yaml, lines, path)}: ${path.length === 0 ? "the file" : path.map(String).join(".")}: ${message}`;
  const document = documentOf(yaml, file, say);
  const { grants, findings } = resolveGrants(document);
  const all = [...findings, ...checkPolicy(document, grants, now)];
  const sentences = (severity: Finding["severity"]) =>
    all.filter((finding) => finding.severity === severity).map(({ path, message }) => say(path, message));
  const errors = sentences("error");
  if (errors.length > 0) throw new PolicyError(errors);
  return { policy: new Policy(grants), warnings: sentences("warning") };
}

type Say = (path: readonly PropertyKey[], message: string) => string;

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new PolicyError([`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`]);
  }
}

function documentOf(yaml: Document.Parsed, file: string, say: Say): PolicyDocument {
  const result = policySchema.safeParse(plainOf(yaml, file));
  if (result.success) return result.data;
  throw new PolicyError(result.error.issues.flatMap((issue) => describeIssue(issue, say)));
}

function plainOf(yaml: Document.Parsed, file: string): unknown {
  try {
    return yaml.toJS({ maxAliasCount: 0 });
  } catch {
    throw new PolicyError([`${file}: aliases are not taken: name a group instead.`]);
  }
}

function describeIssue(issue: z.core.$ZodIssue, say: Say): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => say([...issue.path, key], "there is no such key."));
  }
  if (issue.code === "invalid_key") return [say(issue.path, issue.issues[0]?.message ?? issue.message)];
  return [say(issue.path, issue.message)];
}

/** The line of what stands at the path, or of the nearest thing around it. */
function lineOf(yaml: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(yaml, path.slice(0, length));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

function offsetOf(yaml: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  const parent = nodeAt(yaml, path.slice(0, -1));
  const last = path.at(-1);
  // Of a key in a mapping its own place, not its value's, which may begin lines below.
  const key = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === last)?.key : undefined;
  return (isNode(key) ? key : nodeAt(yaml, path))?.range?.[0];
}

function nodeAt(yaml: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  const node: unknown = path.length === 0 ? yaml.contents : yaml.getIn(path, true);
  return isNode(node) ? node : undefined;
}
