import { measureRounds, type Subject } from "../rounds.js";
import { onStage } from "../stage/index.js";
import type { Group } from "./group.js";

const NUMBERS = [2, 4] as const;

/** More lanes against one, on a token that is as fast as this machine. */
export const lanes: Group = {
  name: "lanes",
  description: "the stream with 2 and with 4 lanes, against 1 lane",
  measure: ({ rounds, seconds, window }, progress) =>
    onStage(async (stage) => {
      const client = await stage.client();
      const task = {
        line: "stream",
        traffic: { steps: "authorize", terminalKeys: "dukpt" },
        echo: false,
        pattern: { kind: "closed", window },
        seconds,
      } as const;
      const one = await stage.server({ lanes: 1 });
      const subjects: Subject[] = [];
      for (const number of NUMBERS) {
        const server = await stage.server({ lanes: number });
        subjects.push({
          name: `lanes_${number}`,
          unit: "/s",
          baselineName: "lanes_1",
          measure: () => server.rate(client, task),
          baseline: () => one.rate(client, task),
        });
      }
      return { rows: await measureRounds(subjects, rounds, progress) };
    }),
};
