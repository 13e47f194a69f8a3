import { formatNumber, formatRatio, type Report, type Row } from "../../figures/index.js";
import { renderDrawing } from "./drawing.js";
import { element, label } from "./element.js";

const WIDTH = 860;
const TOP = 64;
const LINE = 24;
const BAR = { left: 230, width: 360, height: 14 } as const;
const FIGURES_LEFT = BAR.left + BAR.width + 14;

/** Every rate as a share of its baseline: a full grey bar is the baseline, a dashed line an aim for the ratio. */
export function drawThroughput({ rows, machine }: Report): string {
  const rates = rows.filter(({ unit, ratio }) => unit === "/s" && ratio !== null);
  const widest = Math.max(1, ...rates.map(({ ratio }) => ratio ?? 0));
  const height = TOP + rates.length * LINE + 16;
  const { processor, cores, node, token } = machine;
  return renderDrawing({
    title: "Throughput against baselines",
    description: rates.map(sentenceOf).join(" "),
    width: WIDTH,
    height,
    content: [
      label(16, 26, "Throughput, as a share of its baseline in the same run", { class: "title" }),
      label(16, 46, `${processor}, ${cores} cores, client on the same machine; Node ${node}, ${token}`, { class: "small" }),
      ...rates.flatMap((row, index) => drawRow(row, TOP + index * LINE, BAR.width / widest)),
    ],
  });
}

function sentenceOf({ name, value, baseline, baselineName, ratio }: Row): string {
  return `${name}: ${formatNumber(value)} a second, ${formatRatio(ratio ?? 0)} of ${baselineName}'s ${formatNumber(baseline ?? 0)}.`;
}

/** @param scale pixels of a ratio of 1 */
function drawRow(row: Row, y: number, scale: number): readonly string[] {
  const { name, value, baseline, baselineName, ratio, aims } = row;
  const middle = y + BAR.height - 2;
  const aim = aims.find(({ of }) => of === "ratio");
  const x = BAR.left + (aim?.limit ?? 0) * scale;
  const isMissed = aims.some(({ met }) => !met);
  const figures = `${formatNumber(value)} /s, ${formatRatio(ratio ?? 0)} of ${formatNumber(baseline ?? 0)} ${baselineName}`;
  return [
    label(BAR.left - 10, middle, name, { "text-anchor": "end" }),
    element("rect", { class: "baseline", x: BAR.left, y, width: scale, height: BAR.height }),
    element("rect", {
      class: isMissed ? "missed" : "value",
      x: BAR.left,
      y: y + 3,
      width: (ratio ?? 0) * scale,
      height: BAR.height - 6,
    }),
    ...(aim ? [element("line", { class: "aim", x1: x, y1: y - 3, x2: x, y2: y + BAR.height + 3 })] : []),
    label(FIGURES_LEFT, middle, figures, { class: "small" }),
  ];
}
