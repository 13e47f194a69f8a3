import { listSteps } from "./list-steps.js";
import type { ReadPlan } from "./parse-plan.js";
import { participantsOf } from "./plan-officers.js";
import { describePart, renderStepHead } from "./render-step.js";
import { inColumns } from "./wrap-line.js";

/** A plan for people, 80 columns: its digest, who takes part, every step. */
export function renderPlan(read: ReadPlan): readonly string[] {
  return renderPlanBlocks(read).flat();
}

/** The same lines in blocks that belong together: what it is, who takes part, and each step. */
function renderPlanBlocks({ plan, digest }: ReadPlan): readonly (readonly string[])[] {
  const steps = listSteps(plan);
  const blocks = steps.map((step) => [
    ...renderStepHead(step, steps.length),
    ...step.asks.flatMap((ask) => inColumns("      - ", ask)),
  ]);
  const [first = [], ...others] = blocks;
  return [
    [
      `Ceremony: ${plan.ceremony}`,
      ...inColumns("Purpose:  ", plan.purpose),
      `Token:    ${plan.token.label}, serial ${plan.token.serial} (${plan.environment})`,
      `Digest:   ${digest.hex}`,
      ...inColumns("In words: ", digest.words.replaceAll("-", " ")),
      "",
    ],
    [
      "Officers:",
      ...participantsOf(plan).map(({ name, part, component }) => `  ${name.padEnd(32)}  ${describePart(part, component)}`),
      "",
    ],
    ["Steps:", ...first],
    ...others,
  ];
}

/**
 * A plan in pages of at most `most` lines. A page ends between two blocks: no step is cut, unless it alone is longer than a page.
 * @returns pages of lines
 */
export function renderPlanPages(read: ReadPlan, most: number): readonly (readonly string[])[] {
  const pages: string[][] = [];
  for (const block of renderPlanBlocks(read).flatMap((whole) => cut(whole, most))) {
    const page = pages.at(-1);
    if (page === undefined || page.length + block.length > most) pages.push([...block]);
    else page.push(...block);
  }
  return pages;
}

function cut(block: readonly string[], most: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(block.length / most) }, (_, index) => block.slice(index * most, (index + 1) * most));
}
