import { DIGEST_PURPOSES, type ReadRecord } from "../../../audit/index.js";

/** The columns of a call. */
export const CSV_COLUMNS = [
  "seq",
  "at",
  "caller",
  "operation",
  "outcome",
  "keys",
  "latencyMicroseconds",
  "correlationId",
  "count",
  ...DIGEST_PURPOSES,
].join(",");

/** A call as a line of CSV (RFC 4180). A value that a spreadsheet would take for a formula gets an apostrophe before it. */
export function toCsvRow({ members }: ReadRecord): string {
  const digests = asObject(members["digests"]);
  const cells = [
    members["seq"],
    members["at"],
    members["caller"],
    members["operation"],
    members["outcome"],
    keysOf(members["keys"]),
    members["latencyMicroseconds"],
    members["correlationId"],
    members["count"] ?? 1,
    ...DIGEST_PURPOSES.map((purpose) => digests[purpose]),
  ];
  return cells.map(toCell).join(",");
}

/** `name@version:checkValue`, separated by blanks. */
function keysOf(keys: unknown): string {
  if (!Array.isArray(keys)) return "";
  return keys
    .map(asObject)
    .map(({ name, version, checkValue }) => `${String(name)}@${String(version)}:${String(checkValue)}`)
    .join(" ");
}

function toCell(value: unknown): string {
  const text = value === undefined ? "" : String(value);
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
