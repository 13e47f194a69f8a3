import type { Registry } from "prom-client";
import { CountFamily } from "./count.js";
import { type Distribution, DistributionFamily } from "./distribution.js";
import { gaugeOf } from "./gauge.js";

/** What is read of the lanes when somebody asks. */
export interface LanesNow {
  readonly serving: boolean;
  readonly lanesReady: number;
  readonly lanes: number;
  /** Commands that the engine holds, waiting or in a lane. */
  readonly outstanding: number;
  /** Lanes that were replaced because they were worn. */
  readonly recycled: number;
  /** Lanes that were replaced because they had ended. */
  readonly replaced: number;
}

const NO_LANES: LanesNow = { serving: false, lanesReady: 0, lanes: 0, outstanding: 0, recycled: 0, replaced: 0 };

/** The token, the lanes and their queue. */
export class EngineMetrics {
  /** How long a command waited in the front before it was sent to a lane, in seconds: of the first one of each frame, which waited longest. */
  readonly queued: Distribution;
  #lanesNow: () => LanesNow = () => NO_LANES;

  constructor(registry: Registry) {
    const now = () => this.#lanesNow();
    const help = {
      serving: "1 while at least one lane is ready on the token, else 0.",
      ready: "Lanes that are ready.",
      lanes: "Lanes that there should be.",
      commands: "Commands that the engine holds, waiting or in a lane.",
    };
    gaugeOf(registry, "pinmac_token_serving", help.serving, () => Number(now().serving), "min");
    gaugeOf(registry, "pinmac_lanes_ready", help.ready, () => now().lanesReady);
    gaugeOf(registry, "pinmac_lanes", help.lanes, () => now().lanes);
    gaugeOf(registry, "pinmac_engine_commands", help.commands, () => now().outstanding);
    countReplacements(registry, now);
    this.queued = new DistributionFamily(registry, {
      name: "pinmac_engine_queue_seconds",
      help: "How long the first command of each frame to a lane had waited in the front.",
      labels: [],
    }).add({});
  }

  /** Where the lanes are read when somebody asks. */
  watchLanes(lanesNow: () => LanesNow): void {
    this.#lanesNow = lanesNow;
  }
}

function countReplacements(registry: Registry, now: () => LanesNow): void {
  const family = new CountFamily(registry, {
    name: "pinmac_lanes_replaced_total",
    help: "Lanes that were replaced: worn ones, while they served, and ones that had ended.",
    labels: ["cause"],
  });
  family.follow({ cause: "worn" }, () => now().recycled);
  family.follow({ cause: "ended" }, () => now().replaced);
}
