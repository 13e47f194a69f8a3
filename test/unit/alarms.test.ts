import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../src/audit/index.js";
import { Refusal } from "../../src/base/index.js";
import { ALARM_KINDS, ALARMS, Alarms, isAlarmReason } from "../../src/service/alarms/index.js";
import { createServiceLogger } from "../../src/service/index.js";
import { renderMetrics, ServiceMetrics } from "../../src/service/metrics/index.js";

const KEY = { name: "pos/bdk", version: 2, checkValue: "a1b2c3" };
const CALL = { caller: "URI:spiffe://acquirer.example/switch-1", keys: [KEY, KEY], correlationId: "77" };

function setUp() {
  let now = 0;
  const log: Record<string, unknown>[] = [];
  const entries: AuditEntry[] = [];
  const metrics = new ServiceMetrics("0");
  const logger = createServiceLogger("info", { write: (line) => void log.push(JSON.parse(line)) });
  const alarms = new Alarms(logger, metrics, () => now);
  const recordIn = (failing = false) =>
    alarms.recordIn({
      append: async (entry) => {
        if (failing) throw new Refusal("AUDIT_UNAVAILABLE");
        entries.push(entry);
      },
    });
  const text = async () => renderMetrics([await metrics.read()]);
  const pass = (ms: number) => {
    now += ms;
  };
  return { alarms, log, entries, recordIn, text, pass };
}

describe("an alarm", () => {
  it.each(ALARM_KINDS)("%s is counted, said in the log and recorded", async (kind) => {
    const { alarms, log, entries, recordIn, text } = setUp();
    recordIn();
    alarms.raise(kind, { call: CALL });
    expect(await text()).toContain(`pinmac_alarms_total{kind="${kind}"} 1\n`);
    const { level, message } = ALARMS[kind];
    const line = { level: level === "warn" ? 40 : 50, alarm: kind, caller: CALL.caller, suppressed: 0, msg: message };
    expect(log).toEqual([expect.objectContaining(line)]);
    expect(JSON.stringify(log)).not.toContain(KEY.name);
    const record = { caller: CALL.caller, operation: `Alarm.${kind}`, keys: [KEY], correlationId: "77", digests: {} };
    // What says that the audit log cannot be written cannot be written there.
    expect(entries).toEqual(kind === "AUDIT_UNAVAILABLE" ? [] : [expect.objectContaining(record)]);
  });

  it("of the service itself is its own", () => {
    const { alarms, log, entries, recordIn } = setUp();
    recordIn();
    alarms.raise("LANES_LOST", { cause: new Error("4999988887777663") });
    expect(log).toMatchObject([{ caller: "pinmac", error: { name: "Error" } }]);
    expect(JSON.stringify(log)).not.toContain("4999988887777663");
    expect(entries).toMatchObject([{ caller: "pinmac", outcome: "TOKEN_UNAVAILABLE", keys: [] }]);
  });

  it("is raised all the same when there is no audit log, or none that can be written", async () => {
    const { alarms, log, recordIn } = setUp();
    alarms.raise("LANES_LOST");
    recordIn(true);
    alarms.raise("LANES_LOST");
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toHaveLength(2);
  });
});

describe("a flood of alarms", () => {
  it("is counted in full, and written ten times and then once in ten seconds", async () => {
    const { alarms, log, entries, recordIn, text, pass } = setUp();
    recordIn();
    for (let raised = 0; raised < 1_000; raised += 1) alarms.raise("KSN_REPLAYED", { call: CALL });
    expect([log.length, entries.length]).toEqual([10, 10]);
    expect(await text()).toContain('pinmac_alarms_total{kind="KSN_REPLAYED"} 1000\n');
    expect(await text()).toContain('pinmac_alarms_suppressed_total{kind="KSN_REPLAYED"} 990\n');
    pass(9_999);
    alarms.raise("KSN_REPLAYED");
    expect(log).toHaveLength(10);
    pass(1);
    for (let raised = 0; raised < 5; raised += 1) alarms.raise("KSN_REPLAYED");
    expect(log).toHaveLength(11);
    expect(log.at(-1)).toMatchObject({ suppressed: 991 });
    pass(3_600_000);
    for (let raised = 0; raised < 100; raised += 1) alarms.raise("KSN_REPLAYED");
    expect(log).toHaveLength(21);
  });

  it("of one kind leaves the others their room", () => {
    const { alarms, log } = setUp();
    for (let raised = 0; raised < 100; raised += 1) alarms.raise("BUDGET_EXHAUSTED");
    alarms.raise("KEY_RECORD_CORRUPT");
    expect(log.at(-1)).toMatchObject({ alarm: "KEY_RECORD_CORRUPT", suppressed: 0 });
  });
});

it("what a caller did wrong without more behind it is no alarm", () => {
  for (const reason of ["PIN_BLOCK_INVALID", "PERMISSION_DENIED", "OVERLOADED", "KSN_REPLAYED", "toString"]) {
    expect(isAlarmReason(reason)).toBe(false);
  }
});
