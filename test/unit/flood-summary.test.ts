import { expect, it } from "vitest";
import type { AuditEntry } from "../../src/audit/index.js";
import { Refusal } from "../../src/base/index.js";
import { FloodSummary } from "../../src/service/flood-summary.js";

it("refusals for overload that cannot be recorded are counted on", async () => {
  const entries: AuditEntry[] = [];
  let isFull = true;
  const floods = new FloodSummary({
    append: async (entry) => {
      if (isFull) throw new Refusal("AUDIT_UNAVAILABLE");
      entries.push(entry);
    },
  });
  for (let call = 0; call < 3; call++) floods.note("a", "/pinmac.v1.PinService/TranslatePin");
  await floods.flush();
  isFull = false;
  floods.note("a", "/pinmac.v1.PinService/TranslatePin");
  floods.note("b", "/pinmac.v1.PinService/TranslatePin");
  await floods.flush();
  expect(entries.map(({ caller, count }) => [caller, count])).toEqual([
    ["a", 4],
    ["b", 1],
  ]);
});
