import type { Registry } from "prom-client";
import type { AuditOutcome } from "../../audit/index.js";
import { type Count, CountFamily } from "./count.js";
import { type Distribution, DistributionFamily } from "./distribution.js";
import { gaugeOf } from "./gauge.js";

/** What the calls are doing now. */
export interface CallLoad {
  /** Calls and items of streams that are worked on. */
  readonly inFlight: number;
  readonly streams: number;
}

/** The calls of one method. */
interface MethodSeries {
  readonly results: Map<AuditOutcome, Count>;
  readonly durations: Distribution;
}

/** Calls by method and result, how long they took, and how many there are now. */
export class CallMetrics {
  readonly #calls: CountFamily<"method" | "result">;
  readonly #durations: DistributionFamily<"method">;
  /** By gRPC path: as many as the API has methods, since only its methods reach the call runner. */
  readonly #methods = new Map<string, MethodSeries>();
  #loadNow: () => CallLoad = () => ({ inFlight: 0, streams: 0 });

  constructor(registry: Registry) {
    this.#calls = new CountFamily(registry, {
      name: "pinmac_calls_total",
      help: "Calls and items of streams that ended, by method and result: OK, a comparison that failed, CANCELLED, or the reason of the refusal.",
      labels: ["method", "result"],
    });
    this.#durations = new DistributionFamily(registry, {
      name: "pinmac_call_duration_seconds",
      help: "From the arrival of a call or item until its answer may leave; without those refused as OVERLOADED.",
      labels: ["method"],
    });
    const load = () => this.#loadNow();
    gaugeOf(registry, "pinmac_calls_in_flight", "Calls and items of streams that are worked on.", () => load().inFlight);
    gaugeOf(registry, "pinmac_streams_open", "Streams that are open.", () => load().streams);
  }

  /** Where the load is read when somebody asks. */
  watchLoad(loadNow: () => CallLoad): void {
    this.#loadNow = loadNow;
  }

  /** A call or an item ended. @param path the gRPC path of one of the API's methods */
  ended(path: string, result: AuditOutcome, seconds: number): void {
    const { results, durations } = this.#methods.get(path) ?? this.#begin(path);
    const count = results.get(result) ?? this.#beginResult(path, results, result);
    count.add();
    // Refusals in no time at all, as many as a flood has, would say that everything is fast.
    if (result !== "OVERLOADED") durations.observe(seconds);
  }

  #begin(path: string): MethodSeries {
    const series = { results: new Map(), durations: this.#durations.add({ method: methodOf(path) }) };
    this.#methods.set(path, series);
    return series;
  }

  #beginResult(path: string, results: Map<AuditOutcome, Count>, result: AuditOutcome): Count {
    const count = this.#calls.add({ method: methodOf(path), result });
    results.set(result, count);
    return count;
  }
}

/** `/pinmac.v1.PinService/TranslatePin` is `PinService/TranslatePin`. */
function methodOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
