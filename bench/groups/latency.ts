import type { Curve, Figures, Row } from "../figures/index.js";
import { curveOf } from "../latency/curve.js";
import { latencyRows } from "../latency/rows.js";
import type { LoadTask } from "../load/load-task.js";
import { onStage } from "../stage/index.js";
import type { Group } from "./group.js";

const PER_SECOND = 1_000;
const WARM_UP_SECONDS = 1;

/**
 * Latency of whole authorizations (MAC verified, PIN translated, MAC made, under a TDES BDK with rising KSNs) at a constant rate, each
 * counted from when it was to be sent; against the echo at the same rate. The latencies of all rounds are taken together: a median of
 * the rounds' p99.9 would hide the bad round.
 */
export const latency: Group = {
  name: "latency",
  description: "open loop at 1,000 authorizations a second: p50, p99, p99.9 over unary calls and over a stream",
  measure: ({ lanes, latencySeconds, latencyRounds }, progress) =>
    onStage(async (stage): Promise<Figures> => {
      const server = await stage.server({ lanes });
      const client = await stage.client();
      const run = async (line: LoadTask["line"], echo: boolean, seconds: number): Promise<readonly number[]> => {
        const traffic = { steps: "authorize", terminalKeys: "dukpt" } as const;
        const pattern = { kind: "open", perSecond: PER_SECOND } as const;
        const { load } = await server.load(client, { line, traffic, echo, pattern, seconds });
        return load.latencies ?? [];
      };
      const rows: Row[] = [];
      const curves: Curve[] = [];
      for (const line of ["unary", "stream"] as const) {
        for (const echo of [true, false]) await run(line, echo, WARM_UP_SECONDS);
        const pairs: { readonly own: readonly number[]; readonly echo: readonly number[] }[] = [];
        for (let round = 1; round <= latencyRounds; round += 1) {
          pairs.push({ own: await run(line, false, latencySeconds), echo: await run(line, true, latencySeconds) });
          progress(`round ${round} of ${latencyRounds}: ${line} at ${PER_SECOND}/s for ${latencySeconds} s`);
        }
        rows.push(...latencyRows(`latency_${line}`, `${line}_echo`, pairs));
        curves.push(
          curveOf(
            `${line}_authorize`,
            pairs.flatMap(({ own }) => own),
          ),
          curveOf(
            `${line}_echo`,
            pairs.flatMap(({ echo }) => echo),
          ),
        );
      }
      return { rows, curves };
    }),
};
