import type { LaneFailureCode } from "../../../engine/lanes/index.js";
import type { MetricsSnapshot } from "../../../service/metrics/index.js";
import type { ServerConfig } from "../../config/index.js";

/** Which of how many fronts one is, from 1. */
export interface FrontPlace {
  readonly number: number;
  readonly of: number;
}

/** What the primary tells a front. Both ends are this program, of one version, on a channel that nobody else has. */
export type ToFront =
  | { readonly kind: "start"; readonly config: ServerConfig; readonly place: FrontPlace }
  | { readonly kind: "login" }
  /** Another front's login was refused: there must be no more. */
  | { readonly kind: "noLogin"; readonly code: LaneFailureCode }
  | { readonly kind: "readMetrics"; readonly id: number }
  | { readonly kind: "stop" };

/** What a front tells the primary. */
export type FromFront =
  /** It hears: what is sent before is lost. */
  | { readonly kind: "awake" }
  | { readonly kind: "wantsLogin" }
  /** `refusal` is given when the token refused the PIN. */
  | { readonly kind: "loggedIn"; readonly refusal?: LaneFailureCode }
  | { readonly kind: "ready"; readonly host: string; readonly port: number }
  | { readonly kind: "metrics"; readonly id: number; readonly snapshot: MetricsSnapshot };
