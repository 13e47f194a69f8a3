import { readFileSync } from "node:fs";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { ALARM_KINDS } from "../../src/service/alarms/index.js";
import { CountFamily } from "../../src/service/metrics/count.js";
import { DistributionFamily } from "../../src/service/metrics/distribution.js";
import { renderMetrics, ServiceMetrics } from "../../src/service/metrics/index.js";

const lines = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const textOf = async (registry: Registry) => lines(await renderMetrics([await registry.getMetricsAsJSON()]));

describe("a counter", () => {
  it("tells every series, also one that has counted nothing", async () => {
    const registry = new Registry();
    const family = new CountFamily(registry, { name: "t_total", help: "t", labels: ["kind"] });
    const seen = family.add({ kind: "seen" });
    family.add({ kind: "unseen" });
    family.follow({ kind: "followed" }, () => 7);
    seen.add();
    seen.add(2);
    const expected = ['t_total{kind="seen"} 3', 't_total{kind="unseen"} 0', 't_total{kind="followed"} 7'];
    expect(await textOf(registry)).toEqual(expected);
    expect(await textOf(registry)).toEqual(expected);
  });
});

describe("a histogram", () => {
  it("sums up its buckets, bounds included", async () => {
    const registry = new Registry();
    const family = new DistributionFamily(registry, { name: "t_seconds", help: "t", labels: ["method"] }, [1, 2]);
    const series = family.add({ method: "a" });
    for (const value of [0.5, 1, 1.5, 2, 9]) series.observe(value);
    const expected = [
      't_seconds_bucket{method="a",le="1"} 2',
      't_seconds_bucket{method="a",le="2"} 4',
      't_seconds_bucket{method="a",le="+Inf"} 5',
      't_seconds_sum{method="a"} 14',
      't_seconds_count{method="a"} 5',
    ];
    expect(await textOf(registry)).toEqual(expected);
  });

  it("says of nothing that it was nothing", async () => {
    const registry = new Registry();
    new DistributionFamily(registry, { name: "t_seconds", help: "t", labels: [] }, [1]).add({});
    expect(await textOf(registry)).toEqual([
      't_seconds_bucket{le="1"} 0',
      't_seconds_bucket{le="+Inf"} 0',
      "t_seconds_sum 0",
      "t_seconds_count 0",
    ]);
  });
});

/** The metrics of one front that did some work, as they come from its process. */
async function front(readyLanes: number): Promise<Awaited<ReturnType<ServiceMetrics["read"]>>> {
  const metrics = new ServiceMetrics("1.2.3");
  metrics.calls.ended("/pinmac.v1.PinService/TranslatePin", "OK", 0.002);
  metrics.calls.ended("/pinmac.v1.PinService/TranslatePin", "OVERLOADED", 0);
  metrics.calls.watchLoad(() => ({ inFlight: 3, streams: 1 }));
  metrics.engine.watchLanes(() => ({
    serving: readyLanes > 0,
    lanesReady: readyLanes,
    lanes: 2,
    outstanding: 4,
    recycled: 1,
    replaced: 2,
  }));
  return JSON.parse(JSON.stringify(await metrics.read()));
}

describe("the metrics of several fronts", () => {
  it("become one: counted things are added up, and the token serves when it serves for all", async () => {
    const text = lines(await renderMetrics([await front(2), await front(0)]));
    for (const line of [
      'pinmac_calls_total{method="PinService/TranslatePin",result="OK"} 2',
      'pinmac_calls_total{method="PinService/TranslatePin",result="OVERLOADED"} 2',
      'pinmac_call_duration_seconds_count{method="PinService/TranslatePin"} 2',
      'pinmac_call_duration_seconds_bucket{method="PinService/TranslatePin",le="0.0025"} 2',
      "pinmac_calls_in_flight 6",
      "pinmac_streams_open 2",
      "pinmac_token_serving 0",
      "pinmac_lanes_ready 2",
      "pinmac_lanes 4",
      'pinmac_lanes_replaced_total{cause="ended"} 4',
      `pinmac_build_info{version="1.2.3",node="${process.version}"} 1`,
    ]) {
      expect(text).toContain(line);
    }
  });
});

describe("docs/metrics.md", () => {
  const page = readFileSync("docs/metrics.md", "utf8");
  const inTable = [...page.matchAll(/^\| `(pinmac_[a-z_]+)/gm)].map(([, name]) => name);

  it("has every metric of the service, and no other", async () => {
    const served = (await new ServiceMetrics("0").read()).map(({ name }) => name);
    expect(inTable.toSorted()).toEqual(served.toSorted());
  });

  it("has every kind of alarm", () => {
    for (const kind of ALARM_KINDS) expect(page).toContain(`\`${kind}\``);
  });

  it("and the example of alert rules know no metric that there is not", async () => {
    const served = new Set((await new ServiceMetrics("0").read()).map(({ name }) => name));
    const rules = readFileSync("hsm-config/alerts.example.yaml", "utf8");
    const used = [...rules.matchAll(/pinmac_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !served.has(name))).toEqual([]);
  });
});
