import type { Registry } from "prom-client";
import { type Count, CountFamily } from "./count.js";
import { type Distribution, DistributionFamily, GROUP_SIZES } from "./distribution.js";
import { gaugeOf } from "./gauge.js";

/** What is read of the audit log when somebody asks. */
export interface AuditNow {
  /** Whether it can be written, as far as is known. */
  readonly available: boolean;
  /** Since when there is a record that no signed checkpoint covers, in milliseconds since 1970. */
  readonly unsignedSince: number | undefined;
}

/** The audit log: its writes, and how it is. */
export class AuditMetrics {
  readonly #records: Count;
  readonly #durations: Distribution;
  readonly #groups: Distribution;
  #now: () => AuditNow = () => ({ available: false, unsignedSince: undefined });

  constructor(registry: Registry) {
    this.#records = new CountFamily(registry, {
      name: "pinmac_audit_records_total",
      help: "Records that were written, those about the log itself among them.",
      labels: [],
    }).add({});
    this.#durations = new DistributionFamily(registry, {
      name: "pinmac_audit_write_duration_seconds",
      help: "How long a write took, with its sync of the disk.",
      labels: [],
    }).add({});
    this.#groups = new DistributionFamily(
      registry,
      { name: "pinmac_audit_write_records", help: "How many records shared a write.", labels: [] },
      GROUP_SIZES,
    ).add({});
    const help = {
      writable:
        "1 while the audit log can be written, as far as is known; 0 from a write that failed until one that does not, and without a log.",
      unsigned: "Age of the oldest record that no signed checkpoint covers; 0 when there is none.",
    };
    gaugeOf(registry, "pinmac_audit_writable", help.writable, () => Number(this.#now().available), "min");
    gaugeOf(registry, "pinmac_audit_unsigned_seconds", help.unsigned, () => secondsSince(this.#now().unsignedSince), "max");
  }

  /** A write is on the disk. */
  readonly written = (records: number, seconds: number): void => {
    this.#records.add(records);
    this.#durations.observe(seconds);
    this.#groups.observe(records);
  };

  /** Where the log is read when somebody asks. */
  watchLog(now: () => AuditNow): void {
    this.#now = now;
  }
}

function secondsSince(time: number | undefined): number {
  return time === undefined ? 0 : Math.max(0, Date.now() - time) / 1_000;
}
