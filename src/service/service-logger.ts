import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { shapeOfError } from "../base/index.js";

/** What a field may hold; anything else of it is left out. */
type Form = (value: unknown) => unknown;

const MAX_TEXT = 1_024;

const text: Form = (value) => (typeof value === "string" ? value.slice(0, MAX_TEXT) : undefined);
const number: Form = (value) => (typeof value === "number" ? value : undefined);
const flag: Form = (value) => (typeof value === "boolean" ? value : undefined);
const texts: Form = (value) => (Array.isArray(value) ? value.map(text) : undefined);
const members =
  (forms: Readonly<Record<string, Form>>): Form =>
  (value) =>
    typeof value === "object" && value !== null ? pick(value, forms) : undefined;
/** As `shapeOfError` gives it; a whole error is brought to it here. */
const error: Form = (value) => (value instanceof Error ? shapeOfError(value) : members(ERROR)(value));

const ERROR: Readonly<Record<string, Form>> = { name: text, code: text, frames: texts, cause: (value) => error(value) };

/**
 * Every field that a line of the log may have, beside pino's own. Nothing of a request or an answer is among them: no PAN, PIN, PIN block,
 * KSN, key, name of a key, message or MAC.
 */
const FIELDS: Readonly<Record<string, Form>> = {
  // A call, and what went wrong with it.
  method: text,
  result: text,
  milliseconds: number,
  caller: text,
  incident: text,
  error,
  // An alarm.
  alarm: text,
  suppressed: number,
  bdkId: text,
  mode: text,
  // The lanes.
  serving: flag,
  lanesReady: number,
  lanes: number,
  recycled: number,
  replaced: number,
  outstanding: number,
  halted: flag,
  failure: members({ code: text, message: text }),
  // The register: how many.
  keys: number,
  changes: number,
  faults: number,
  // The policy file, and the end. Their texts quote the operator's file, never a caller.
  warnings: texts,
  problems: texts,
  signal: text,
  // Which of several fronts.
  front: number,
};

const BINDINGS: Readonly<Record<string, Form>> = { name: text, pid: number, hostname: text };

/**
 * The logger of the service: an allow-list of fields stands before every line, so that a field that somebody adds without thinking is not
 * written. An error's own text is never taken for the line's.
 * @param destination standard error, unless given
 */
export function createServiceLogger(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name: "pinmac",
    level,
    formatters: { log: (fields) => pick(fields, FIELDS), bindings: (fields) => pick(fields, BINDINGS) },
    hooks: {
      logMethod(inputs, write) {
        const [first, second] = inputs as readonly unknown[];
        if (typeof first === "string") return write.apply(this, [first]);
        const fields = first instanceof Error ? { error: first } : first;
        return write.apply(this, [fields as object, typeof second === "string" ? second : "no text"]);
      },
    },
  };
  const logger = pino(options, destination ?? pino.destination({ dest: process.stderr.fd, sync: true }));
  logger.child = () => {
    throw new Error("the log of the service has no children: their fields pass by its list");
  };
  return logger;
}

function pick(value: object, forms: Readonly<Record<string, Form>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    const given = form?.(field);
    if (given !== undefined) kept[name] = given;
  }
  return kept;
}
