import { measureRounds, type Subject } from "../rounds.js";
import { onStage } from "../stage/index.js";
import type { Group } from "./group.js";

const CHOICES = [
  { name: "ledger_on", ledger: true, audit: false },
  { name: "audit_on", ledger: false, audit: true },
  { name: "ledger_and_audit_on", ledger: true, audit: true },
] as const;

/** What durability costs: stream_authorize_dukpt on servers with ledger, audit log or both, against one with neither. */
export const recording: Group = {
  name: "recording",
  description: "the stream with ledger, audit log and both, against a server with neither",
  measure: ({ rounds, seconds, lanes, window }, progress) =>
    onStage(async (stage) => {
      const client = await stage.client();
      const task = {
        line: "stream",
        traffic: { steps: "authorize", terminalKeys: "dukpt" },
        echo: false,
        pattern: { kind: "closed", window },
        seconds,
      } as const;
      const plain = await stage.server({ lanes, ledger: false, audit: false });
      const subjects: Subject[] = [];
      for (const { name, ...choice } of CHOICES) {
        const server = await stage.server({ lanes, ...choice });
        subjects.push({
          name,
          unit: "/s",
          baselineName: "both_off",
          measure: () => server.rate(client, task),
          baseline: () => plain.rate(client, task),
        });
      }
      return { rows: await measureRounds(subjects, rounds, progress) };
    }),
};
