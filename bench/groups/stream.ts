import type { Traffic } from "../load/load-task.js";
import { measureRounds, type Subject } from "../rounds.js";
import { onStage } from "../stage/index.js";
import type { Group } from "./group.js";

const SUBJECTS: readonly (readonly [name: string, traffic: Traffic])[] = [
  ["stream_translate", { steps: "translate", terminalKeys: "static" }],
  ["stream_translate_dukpt", { steps: "translate", terminalKeys: "dukpt" }],
  ["stream_authorize", { steps: "authorize", terminalKeys: "static" }],
  ["stream_authorize_dukpt", { steps: "authorize", terminalKeys: "dukpt" }],
];

/**
 * AuthorizeStream over one connection, against a stream of the same server that sends the same requests back unread. The client is a
 * closed loop: the rate is the server's own, and the latencies are those at full load, which are the window by the rate.
 */
export const stream: Group = {
  name: "stream",
  description: "AuthorizeStream on one stream with a full window, against an echo stream of the same server",
  measure: ({ rounds, seconds, lanes, window }, progress) =>
    onStage(async (stage) => {
      const server = await stage.server({ lanes });
      const client = await stage.client();
      const task = { line: "stream", pattern: { kind: "closed", window }, seconds } as const;
      const subjects = SUBJECTS.map(
        ([name, traffic]): Subject => ({
          name,
          unit: "/s",
          baselineName: "stream_echo",
          measure: () => server.rate(client, { ...task, traffic, echo: false }),
          baseline: () => server.rate(client, { ...task, traffic, echo: true }),
        }),
      );
      return { rows: await measureRounds(subjects, rounds, progress) };
    }),
};
