import { readFileSync } from "node:fs";

/** The files of test/vectors. */
export const VECTOR_FILES = [
  "aes-dukpt",
  "kcv",
  "key-blocks-tr31",
  "key-blocks-tr31-derivation",
  "key-blocks-tr31-headers",
  "key-blocks-tr31-negative",
  "mac-cmac",
  "mac-hmac",
  "mac-iso9797",
  "mac-regional",
  "pin-blocks",
  "pin-translate",
  "pin-verification",
  "tdes-dukpt",
] as const;

/** One of the files of test/vectors. */
export type VectorFile = (typeof VECTOR_FILES)[number];

/** One vector: its fields are read by name and kind, and a missing one is a fault of the test. */
export class VectorEntry {
  readonly file: VectorFile;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(file: VectorFile, fields: Readonly<Record<string, unknown>>) {
    this.file = file;
    this.#fields = fields;
  }

  /** The entry's name, unique within its file. */
  get id(): string {
    return this.text("id");
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  /** A text field. */
  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string") throw new Error(`${this.file} ${String(this.#fields["id"])}: no text field ${name}`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  /** A number field. */
  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== "number") throw new Error(`${this.file} ${this.id}: no number field ${name}`);
    return value;
  }

  /** The entry inside a field, such as `computed`. */
  nested(name: string): VectorEntry | undefined {
    const value = this.#fields[name];
    if (typeof value !== "object" || value === null) return undefined;
    return new VectorEntry(this.file, { id: `${this.id}.${name}`, ...value });
  }
}

/** All vectors of a file, in its order. */
export function loadVectors(file: VectorFile): readonly VectorEntry[] {
  const parsed: unknown = JSON.parse(readFileSync(new URL(`../vectors/${file}.json`, import.meta.url), "utf8"));
  if (!Array.isArray(parsed)) throw new Error(`${file} is not a list`);
  return parsed.map((fields: unknown) => new VectorEntry(file, fields as Readonly<Record<string, unknown>>));
}
