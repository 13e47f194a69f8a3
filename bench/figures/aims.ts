import type { Aim, JudgedAim } from "./row.js";

const atLeast = (of: Aim["of"], limit: number): Aim => ({ of, bound: "at least", limit });
const atMost = (of: Aim["of"], limit: number): Aim => ({ of, bound: "at most", limit });

/** What the rows are to reach on two cores, with the client on the same machine, ledger and audit log on. By the row's name. */
export const AIMS: Readonly<Record<string, readonly Aim[]>> = {
  unary_translate: [atLeast("ratio", 0.8)],
  unary_translate_dukpt: [atLeast("ratio", 0.8)],
  stream_translate: [atLeast("ratio", 0.5), atLeast("value", 10_000)],
  stream_translate_dukpt: [atLeast("ratio", 0.5), atLeast("value", 10_000)],
  stream_authorize: [atLeast("value", 6_000)],
  stream_authorize_dukpt: [atLeast("value", 6_000)],
  slow_token: [atLeast("ratio", 0.9)],
  slow_token_event_loop_p99: [atMost("value", 10)],
  cold_key: [atMost("ratio", 3)],
  cold_named_key: [atMost("ratio", 3)],
  latency_unary_p999: [atMost("value", 20)],
  latency_stream_p999: [atMost("value", 20)],
};

/** Holds a row's aims against its figures. */
export function judgeAims(name: string, value: number, ratio: number | null): readonly JudgedAim[] {
  return (AIMS[name] ?? []).map((aim) => {
    const figure = aim.of === "value" ? value : (ratio ?? Number.NaN);
    return { ...aim, met: aim.bound === "at least" ? figure >= aim.limit : figure <= aim.limit };
  });
}
