import { expect } from "vitest";
import { REASONS, type Reason } from "../../../src/base/index.js";
import type { SeenError } from "./clients.js";
import { CANARIES } from "./requests.js";

/** The PVV as a text. Four digits come by chance in numbers too: in times, ports and process ids. */
const PVV = new RegExp(`(?<![0-9.:])${CANARIES.pvv}(?![0-9])`);

/** No byte of a request, in any of the forms it might be quoted in, is in an error or in the log. */
function expectNoCanary(error: SeenError, log: readonly string[]): void {
  const seen = [error.wire.toString("latin1"), log.join("")].join("\n").toLowerCase();
  const secrets = [CANARIES.ksn, CANARIES.pinBlock, CANARIES.message, CANARIES.mac, CANARIES.keyBlock, CANARIES.initialKeyId];
  const forms = secrets.flatMap((bytes) => [
    bytes.toString("hex"),
    bytes.toString("base64"),
    bytes.toString("latin1").toLowerCase(),
    bytes.toString("utf8").toLowerCase(),
    JSON.stringify([...bytes]).slice(1, -1),
  ]);
  const texts = [CANARIES.pan, CANARIES.offset, "canary"];
  expect([...texts, ...forms].filter((canary) => seen.includes(canary.toLowerCase()))).toEqual([]);
  expect(seen).not.toMatch(PVV);
}

/** The refusal, whole: code, constant text, reason, field, requirement, and nothing besides. */
export function expectWholeRefusal(
  error: SeenError,
  log: readonly string[],
  reason: Reason,
  metadata: Record<string, string> = {},
): void {
  expect({ ...error, wire: undefined, retryMs: undefined }).toEqual({
    code: REASONS[reason].status,
    details: REASONS[reason].message,
    reason,
    domain: "pinmac",
    metadata,
    retryMs: undefined,
    wire: undefined,
  });
  expectNoCanary(error, log);
}
