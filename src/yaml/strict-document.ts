import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { YamlError } from "./yaml-error.js";

/** Keys and indexes from the top of a document. */
export type YamlPath = readonly PropertyKey[];

/** A YAML document read strictly: duplicate keys, tags, several documents and aliases are errors. It knows the line of each path. */
export class StrictDocument {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #yaml: Document.Parsed;

  private constructor(file: string, lines: LineCounter, yaml: Document.Parsed) {
    this.#file = file;
    this.#lines = lines;
    this.#yaml = yaml;
  }

  /**
   * @param file what the text is called in sentences
   * @throws YamlError with every fault of the text as YAML
   */
  static parse(text: string, file: string): StrictDocument {
    const lines = new LineCounter();
    const yaml = parseDocument(text, { strict: true, uniqueKeys: true, lineCounter: lines });
    const faults = [...yaml.errors, ...yaml.warnings];
    if (faults.length === 0) return new StrictDocument(file, lines, yaml);
    throw new YamlError(
      faults.map(({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${message.split("\n", 1)[0]}`),
    );
  }

  /**
   * What the document holds.
   * @throws YamlError with a sentence for each thing that the schema does not take, keys that it does not know included
   */
  read<T>(schema: z.ZodType<T>): T {
    const result = schema.safeParse(this.#plain());
    if (result.success) return result.data;
    throw new YamlError(result.error.issues.flatMap((issue) => this.#describe(issue)));
  }

  /** A sentence about what stands at a path: file, line, path, message. */
  say(path: YamlPath, message: string): string {
    return `${this.#file}:${this.#lineOf(path)}: ${path.length === 0 ? "the file" : path.map(String).join(".")}: ${message}`;
  }

  #plain(): unknown {
    try {
      return this.#yaml.toJS({ maxAliasCount: 0 });
    } catch {
      throw new YamlError([`${this.#file}: aliases are not taken: write it out.`]);
    }
  }

  #describe(issue: z.core.$ZodIssue): string[] {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => this.say([...issue.path, key], "there is no such key."));
    }
    if (issue.code === "invalid_key") return [this.say(issue.path, issue.issues[0]?.message ?? issue.message)];
    return [this.say(issue.path, issue.message)];
  }

  /** The line of what stands at the path, or of the nearest thing around it. */
  #lineOf(path: YamlPath): number {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsetOf(path.slice(0, length));
      if (offset !== undefined) return this.#lines.linePos(offset).line;
    }
    return 1;
  }

  #offsetOf(path: YamlPath): number | undefined {
    const parent = this.#nodeAt(path.slice(0, -1));
    const last = path.at(-1);
    // Of a key in a mapping its own place, not its value's, which may begin lines below.
    const key = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === last)?.key : undefined;
    return (isNode(key) ? key : this.#nodeAt(path))?.range?.[0];
  }

  #nodeAt(path: YamlPath): Node | undefined {
    const node: unknown = path.length === 0 ? this.#yaml.contents : this.#yaml.getIn(path, true);
    return isNode(node) ? node : undefined;
  }
}
