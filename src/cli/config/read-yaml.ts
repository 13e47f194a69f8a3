import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { ConfigurationError } from "../errors/configuration-error.js";

/**
 * Reads a YAML file strictly: duplicate keys, tags, several documents and keys that the schema does not know are errors.
 * @throws ConfigurationError with one sentence for each problem, naming the file and the key or line
 */
export function readYaml<T>(file: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { strict: true, uniqueKeys: true, lineCounter: lines });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new ConfigurationError(
      ...faults.map((fault) => `${file}:${lines.linePos(fault.pos[0]).line}: ${firstLine(fault.message)}`),
    );
  }
  const result = schema.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (!result.success) throw new ConfigurationError(...result.error.issues.flatMap((issue) => describeIssue(file, issue)));
  return result.data;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`);
  }
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

function describeIssue(file: string, issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${file}: ${[...path, key].join(".")}: there is no such key.`);
  }
  return [`${file}: ${path.length === 0 ? "the file" : path.join(".")}: ${issue.message}`];
}
