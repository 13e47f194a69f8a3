import type { JournalEvent } from "../parties/index.js";
import type { StepResult } from "../scenario/index.js";
import { describeCall } from "./call-text.js";
import type { ColorsOf } from "./colors.js";
import { INDENT, LABEL_WIDTH, milliseconds, spread, WIDTH } from "./layout.js";
import { describeMessage } from "./message-text.js";
import { describeOutcome } from "./outcome-text.js";

interface Paragraph {
  readonly label: string;
  readonly lines: readonly string[];
}

function paragraphOf(event: JournalEvent, colors: ColorsOf): Paragraph {
  switch (event.kind) {
    case "message":
      return { label: `${event.from} → ${event.to}`, lines: describeMessage(event) };
    case "call":
      return { label: `${event.by} → pinmac`, lines: describeCall(event, colors) };
    case "remark":
      return { label: event.by, lines: [event.text] };
  }
}

function printParagraph({ label, lines }: Paragraph, colors: ColorsOf): readonly string[] {
  return lines.map((line, index) => {
    const shown = (index === 0 ? label : "").padEnd(LABEL_WIDTH);
    return `${INDENT}${colors.cyan(shown)}${line}`;
  });
}

function verdictLine({ got, step, asExpected, serviceMilliseconds, stepMilliseconds }: StepResult, colors: ColorsOf): string {
  const verdict = asExpected
    ? `as expected: ${describeOutcome(got)}`
    : `NOT AS EXPECTED: ${describeOutcome(got)}, instead of ${describeOutcome(step.expected)}`;
  const times = `service ${milliseconds(serviceMilliseconds)}, step ${milliseconds(stepMilliseconds)}`;
  const text = spread(`${asExpected ? "✔" : "✘"} ${verdict}`, times, WIDTH - INDENT.length);
  return INDENT + (asExpected ? colors.green(text) : colors.red(text));
}

/** One step: its title, what passed between the parties, what came of it. */
export function describeStep(result: StepResult, colors: ColorsOf): string {
  const { id, title, story } = result.step;
  const head = `── ${id}  ${title} `;
  return [
    "",
    colors.bold(head.padEnd(WIDTH, "─")),
    `${INDENT}${story}`,
    "",
    ...result.events.flatMap((event) => printParagraph(paragraphOf(event, colors), colors)),
    "",
    verdictLine(result, colors),
  ].join("\n");
}
