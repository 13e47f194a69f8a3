import type { Figures } from "../figures/index.js";
import type { Progress, Settings } from "../settings.js";

/** Measurements that belong together. */
export interface Group {
  readonly name: string;
  readonly description: string;
  measure(settings: Settings, progress: Progress): Promise<Figures>;
}
