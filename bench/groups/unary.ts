import type { Traffic } from "../load/load-task.js";
import { measureRounds, type Subject } from "../rounds.js";
import { onStage } from "../stage/index.js";
import type { Group } from "./group.js";

const SUBJECTS: readonly (readonly [name: string, traffic: Traffic])[] = [
  ["unary_translate", { steps: "translate", terminalKeys: "static" }],
  ["unary_translate_dukpt", { steps: "translate", terminalKeys: "dukpt" }],
];

/** PinService.TranslatePin against a unary echo of the same server. */
export const unary: Group = {
  name: "unary",
  description: "PinService.TranslatePin against a unary echo of the same server",
  measure: ({ rounds, seconds, lanes, concurrency }, progress) =>
    onStage(async (stage) => {
      const server = await stage.server({ lanes });
      const client = await stage.client();
      const task = { line: "unary", pattern: { kind: "closed", window: concurrency }, seconds } as const;
      const subjects = SUBJECTS.map(
        ([name, traffic]): Subject => ({
          name,
          unit: "/s",
          baselineName: "unary_echo",
          measure: () => server.rate(client, { ...task, traffic, echo: false }),
          baseline: () => server.rate(client, { ...task, traffic, echo: true }),
        }),
      );
      return { rows: await measureRounds(subjects, rounds, progress) };
    }),
};
