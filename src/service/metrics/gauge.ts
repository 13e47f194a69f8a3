import { Gauge, type Registry } from "prom-client";

/** How the values of several fronts become one: added, or the least of them. */
export type Merging = "sum" | "min" | "max";

/** A gauge that is read when somebody asks. */
export function gaugeOf(registry: Registry, name: string, help: string, read: () => number, merging: Merging = "sum"): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    aggregator: merging,
    collect() {
      this.set(read());
    },
  });
}
