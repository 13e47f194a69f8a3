import type { Part } from "./plan-officers.js";
import type { Step } from "./step.js";
import { inColumns } from "./wrap-line.js";

/** A part in words. */
export function describePart(part: Part, component?: number): string {
  switch (part) {
    case "keyManager1":
      return "first key manager";
    case "keyManager2":
      return "second key manager";
    case "custodian":
      return component === undefined ? "custodian" : `custodian ${component}`;
    case "auditor":
      return "auditor";
  }
}

/** The progress, then what and who: the same lines on the screen, on paper and in the plan. */
export function renderStepHead(step: Step, of: number): readonly string[] {
  const who = `${step.officer}, ${describePart(step.part, step.component)}`;
  return [...inColumns(`Step ${step.number} of ${of}  `, step.title), ...inColumns("      ", who)];
}
