import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { REASONS, type Reason } from "../../src/base/index.js";
import { ErrorReason } from "../../src/gen/pinmac/v1/error_reason.js";

const API = readFileSync("docs/api.md", "utf8");
const PROTOS = readdirSync("proto/pinmac/v1").map((file) => readFileSync(`proto/pinmac/v1/${file}`, "utf8"));
const reasons = Object.keys(REASONS) as Reason[];

/** The rows of the table of reasons: reason, status, and what to do. */
const rows = [...API.matchAll(/^\| `([A-Z_]+)` \| ([A-Z_]+) \| (.+) \| (.+) \|$/gm)].map(
  ([, reason, status, meaning, action]) => ({
    reason,
    status,
    meaning,
    action,
  }),
);

describe("the closed list of reasons", () => {
  it("is the same in the schema and in the code", () => {
    const inSchema = Object.keys(ErrorReason).filter((name) => name !== "ERROR_REASON_UNSPECIFIED");
    expect(inSchema).toEqual(reasons.map((reason) => `ERROR_REASON_${reason}`));
  });

  it("has the same status in the schema as in the code", () => {
    const proto = PROTOS.find((text) => text.includes("enum ErrorReason")) ?? "";
    const documented = [...proto.matchAll(/\/\/ ([A-Z_]+): .*\n(?: *\/\/ .*\n)* *ERROR_REASON_([A-Z_]+) = /g)];
    expect(documented.map(([, status, reason]) => [reason, status])).toEqual(
      reasons.map((reason) => [reason, REASONS[reason].status]),
    );
  });

  it("is documented whole, each with its status and what to do", () => {
    expect(rows.map(({ reason, status }) => [reason, status])).toEqual(
      reasons.map((reason) => [reason, REASONS[reason].status]),
    );
    for (const { meaning, action } of rows) expect([meaning, action].every((text) => (text ?? "").length > 5)).toBe(true);
  });
});

describe("the API's documentation", () => {
  it("describes every method and every field of every request", () => {
    const methods = PROTOS.flatMap((text) => [...text.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, name]) => name));
    expect(methods.length).toBeGreaterThanOrEqual(11);
    for (const method of methods) expect(API).toMatch(new RegExp(`^### .*\\.${method}$`, "m"));
    const requests = PROTOS.flatMap((text) => [
      ...text.matchAll(
        /message (\w+Request|KeyReference|KeyName|SourcePinBlock|TargetPinBlock|OutboundMac|PinBlockPlacement|VisaPvv|Ibm3624Offset|KeyParameters|MacParameters) \{([\s\S]*?)^\}/gm,
      ),
    ]);
    expect(requests.length).toBeGreaterThanOrEqual(10);
    for (const [, , body] of requests) {
      for (const [, field] of (body ?? "").matchAll(/^ +\S+ (\w+) = \d+;$/gm))
        expect(API).toMatch(new RegExp(`\`(?:\\w+\\.)*${field}[.\`]`));
    }
  });
});

function fieldsOf(text: string): (string | undefined)[] {
  return [...text.matchAll(/^ +(?:repeated |optional )?\S+ (\w+) = \d+;$/gm)].map(([, name]) => name);
}

describe("the schema cannot express", () => {
  const fields = PROTOS.flatMap(fieldsOf);

  it("a decimalization table, but for the name of one in the description of a key", () => {
    const others = PROTOS.map((text) => text.replace(/^message Key \{[\s\S]*?^\}/m, "")).flatMap(fieldsOf);
    expect(others.length).toBeLessThan(fields.length);
    expect(others.filter((name) => /dec|table/.test(name ?? ""))).toEqual([]);
  });

  it.each([
    ["a clear PIN or a clear key", /^(?:clear_)?pin$|clear|plain/],
    ["a PAN for each side of a translation", /(?:source|target|new|old|in|out)_pan/],
    ["the algorithm, padding or length of a MAC in a request", /^(?:mac_algorithm|mac_length|padding)$/],
    ["derivation data of the caller's", /derivation|variant/],
  ])("%s", (_what, forbidden) => {
    expect(fields.length).toBeGreaterThan(40);
    expect(fields.filter((name) => forbidden.test(name ?? ""))).toEqual([]);
  });
});
