import type { JournalEvent } from "../parties/index.js";
import type { StepResult } from "../scenario/index.js";
import { maskFields } from "./mask.js";
import type { Opening } from "./opening.js";

function reportEvent(event: JournalEvent): unknown {
  if (event.kind !== "message") return event;
  const { kind, from, to, dialect, fields } = event;
  return { kind, from, to, dialect: dialect.name, fields: maskFields(fields) };
}

/** The result for machines: everything that is shown, and more; PANs are masked, PIN blocks enciphered. */
export function toReport(opening: Opening, results: readonly StepResult[]): unknown {
  const { address, startMilliseconds, keys } = opening;
  return {
    asExpected: results.every(({ asExpected }) => asExpected),
    service: { address, startMilliseconds },
    keys: keys.map(({ name, version, usage, algorithm, lengthBits, checkValue }) => {
      return { name, version, usage, algorithm, lengthBits, checkValue };
    }),
    steps: results.map(({ step, got, asExpected, serviceMilliseconds, stepMilliseconds, events }) => ({
      id: step.id,
      title: step.title,
      expected: step.expected,
      got,
      verdict: asExpected ? "as expected" : "unexpected",
      serviceMilliseconds,
      stepMilliseconds,
      events: events.map(reportEvent),
    })),
  };
}
