import { Counter, type Registry } from "prom-client";

/** One time series of a counter. A plain number: the calls that count are the hot path, and only the scrape pays for its form. */
export class Count {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  add(howMany = 1): void {
    this.#value += howMany;
  }
}

/** What a metric is called, what it says, and the names of its labels. */
export interface MetricForm<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
}

/** A counter with all its time series, each made once, before anything is counted. */
export class CountFamily<Label extends string> {
  readonly #series: { readonly labels: Readonly<Record<Label, string>>; readonly read: () => number }[] = [];

  constructor(registry: Registry, { name, help, labels }: MetricForm<Label>) {
    const series = this.#series;
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels: own, read } of series) this.inc(own, read());
      },
    });
  }

  /** A further time series, which is told as 0 until something is counted. */
  add(labels: Readonly<Record<Label, string>>): Count {
    const count = new Count();
    this.follow(labels, () => count.value);
    return count;
  }

  /** A time series that somebody else counts: it is read when somebody asks. */
  follow(labels: Readonly<Record<Label, string>>, read: () => number): void {
    this.#series.push({ labels, read });
  }
}

/** One time series for each value of the only label. */
export function countEach<Label extends string, Value extends string>(
  family: CountFamily<Label>,
  label: Label,
  values: readonly Value[],
): ReadonlyMap<Value, Count> {
  return new Map(values.map((value) => [value, family.add({ [label]: value } as { [name in Label]: Value })]));
}
