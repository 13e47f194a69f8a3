import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { ConfigurationError } from "../errors/configuration-error.js";
import { readGivenFile } from "../files/given-file.js";

/**
 * Reads a YAML file strictly: duplicate keys, tags, several documents and keys that the schema does not know are errors.
 * @throws ConfigurationError with one sentence for each problem, naming the file and the key or line
 */
export function readYaml<T>(file: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(readGivenFile(file).toString("utf8"), { strict: true, uniqueKeys: true, lineCounter: lines });
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
