import { OfficerError } from "./officer-error.js";

const DOMAIN = "pinmac statement v1\n";
const KIND = /^[a-z][a-zA-Z0-9.-]{0,63}$/;
const FIELD = /^[a-z][a-zA-Z0-9]{0,31}$/;

/** No control, format or separator characters that could make a terminal show something else than what is signed. */
const VALUE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{0,1024}$/u;
const MAX_FIELDS = 64;
const MAX_BYTES = 65_536 * 4;

/** What a statement says: printable text by field name. */
export type StatementFields = Readonly<Record<string, string>>;

/**
 * What officers sign: one kind, such as `key.retire`, and its fields. There is one encoding of each, and each encoding is of one: a line
 * with the domain, then JSON with the fields in the order of their letters. A statement is about one moment: its fields name what it
 * follows (the hash of the record before, the number of the entry), so that no approval counts twice.
 */
export class Statement {
  readonly kind: string;
  readonly fields: StatementFields;
  /** What is signed and stored. */
  readonly bytes: Buffer;

  private constructor(kind: string, fields: StatementFields) {
    this.kind = kind;
    this.fields = fields;
    this.bytes = Buffer.from(`${DOMAIN}${JSON.stringify({ kind, fields })}`, "utf8");
  }

  /** @throws OfficerError STATEMENT_INVALID */
  static of(kind: string, fields: StatementFields): Statement {
    const names = Object.keys(fields).sort();
    const sorted = Object.fromEntries(names.map((name) => [name, fields[name] ?? ""]));
    const isSound =
      KIND.test(kind) &&
      names.length <= MAX_FIELDS &&
      names.every((name) => FIELD.test(name) && VALUE.test(sorted[name] ?? ""));
    if (!isSound) throw new OfficerError("STATEMENT_INVALID");
    return new Statement(kind, Object.freeze(sorted));
  }

  /**
   * The statement of stored bytes: only the one encoding is taken.
   * @throws OfficerError STATEMENT_INVALID
   */
  static parse(bytes: Buffer): Statement {
    const statement = Statement.of(...readMembers(bytes));
    if (!statement.bytes.equals(bytes)) throw new OfficerError("STATEMENT_INVALID");
    return statement;
  }

  /** For the officer who is asked to sign: the kind, then the fields, one a line, in the order in which they are signed. */
  toLines(): readonly string[] {
    const width = Math.max(4, ...Object.keys(this.fields).map((name) => name.length));
    const line = (name: string, value: string) => `${name.padEnd(width)}  ${value}`;
    return [line("kind", this.kind), ...Object.entries(this.fields).map(([name, value]) => line(name, value))];
  }
}

function readMembers(bytes: Buffer): [string, StatementFields] {
  const text = bytes.length > MAX_BYTES ? "" : bytes.toString("utf8");
  if (!text.startsWith(DOMAIN)) throw new OfficerError("STATEMENT_INVALID");
  const value = parseJson(text.slice(DOMAIN.length));
  const { kind, fields } = (value ?? {}) as { kind?: unknown; fields?: unknown };
  const isOfTexts = (given: unknown): given is StatementFields =>
    typeof given === "object" && given !== null && Object.values(given).every((field) => typeof field === "string");
  if (typeof kind !== "string" || !isOfTexts(fields)) throw new OfficerError("STATEMENT_INVALID");
  return [kind, fields];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OfficerError("STATEMENT_INVALID", cause);
  }
}
