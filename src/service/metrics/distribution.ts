import { Histogram, type Registry } from "prom-client";
import type { MetricForm } from "./count.js";

/** From a hundred microseconds, a MAC in the token's memory, to five seconds, a token that is as good as lost. In seconds. */
export const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** How many share something: powers of two, up to the largest group there is. */
export const GROUP_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024] as const;

/** One time series of a histogram: plain numbers, as `Count` is one. */
export class Distribution {
  readonly #bounds: readonly number[];
  /** Values in each bucket, not summed up; the last one is of those above all bounds. */
  readonly #buckets: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#buckets = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket += 1;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  /** How many values are at most each bound, in the order of the bounds; the last one is all of them. */
  get cumulative(): readonly number[] {
    let total = 0;
    return Array.from(this.#buckets, (values) => {
      total += values;
      return total;
    });
  }
}

interface LabelledDistribution<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly distribution: Distribution;
}

/** What prom-client gives of a histogram. */
type HistogramSnapshot<Label extends string> = Awaited<ReturnType<Histogram<Label | "le">["get"]>>;

/**
 * A histogram whose values are kept in plain distributions: prom-client's own makes objects and checks labels for every value, which
 * costs more than what is measured here. `renderMetrics` asks for the snapshot; prom-client's own text form would not see these values.
 */
export class DistributionFamily<Label extends string> extends Histogram<Label | "le"> {
  readonly #bounds: readonly number[];
  readonly #series: LabelledDistribution<Label>[] = [];

  constructor(registry: Registry, { name, help, labels }: MetricForm<Label>, bounds: readonly number[] = SECONDS) {
    super({ name, help, labelNames: [...labels], buckets: [...bounds], registers: [registry] });
    this.#bounds = bounds;
  }

  /** A further time series, told as empty until something is observed. */
  add(labels: Readonly<Record<Label, string>>): Distribution {
    const distribution = new Distribution(this.#bounds);
    this.#series.push({ labels, distribution });
    return distribution;
  }

  override async get(): Promise<HistogramSnapshot<Label>> {
    const snapshot = await super.get();
    return { ...snapshot, values: this.#series.flatMap((one) => this.#valuesOf(one)) };
  }

  #valuesOf({ labels, distribution }: LabelledDistribution<Label>): HistogramSnapshot<Label>["values"] {
    const { cumulative, sum } = distribution;
    const { name } = this as unknown as { readonly name: string };
    const own = labels as HistogramSnapshot<Label>["values"][number]["labels"];
    const buckets = [...this.#bounds, "+Inf"].map((le, index) => ({
      labels: { ...own, le },
      value: cumulative[index] ?? 0,
      metricName: `${name}_bucket`,
    }));
    return [
      ...buckets,
      { labels: own, value: sum, metricName: `${name}_sum` },
      { labels: own, value: cumulative.at(-1) ?? 0, metricName: `${name}_count` },
    ];
  }
}
