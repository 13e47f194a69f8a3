import { type Curve, formatNumber, type Report } from "../../figures/index.js";
import { renderDrawing } from "./drawing.js";
import { element, label } from "./element.js";

const WIDTH = 860;
const HEIGHT = 420;
const PLOT = { left: 70, top: 70, right: 640, bottom: 360 } as const;
/** Shares that the axis names: half, nine of ten, and so on. */
const SHARES = [0.5, 0.9, 0.99, 0.999, 0.9999] as const;
/** p99.9 is to stay below this, in milliseconds. */
const AIM = { share: 0.999, milliseconds: 20 } as const;

/** Latency by share of requests: both axes logarithmic, the horizontal one in "one request in so many is slower". */
export function drawLatency({ curves, machine }: Report): string {
  const scale = scaleOf(curves);
  return renderDrawing({
    title: "Latency at 1,000 requests a second",
    description: curves.map(sentenceOf).join(" "),
    width: WIDTH,
    height: HEIGHT,
    content: [
      label(16, 26, "Latency at a constant 1,000 requests a second, from when each was to be sent", { class: "title" }),
      label(16, 46, `${machine.processor}, ${machine.cores} cores, client on the same machine; ledger and audit log on`, {
        class: "small",
      }),
      ...drawAxes(scale),
      ...drawAim(scale),
      ...curves.flatMap((curve, index) => drawCurve(curve, index, scale)),
    ],
  });
}

interface Scale {
  readonly x: (share: number) => number;
  readonly y: (milliseconds: number) => number;
  /** Powers of ten of milliseconds, from the lowest to the highest that the axis shows. */
  readonly decades: readonly number[];
}

function scaleOf(curves: readonly Curve[]): Scale {
  const values = [AIM.milliseconds, ...curves.flatMap(({ points }) => points.map(([, milliseconds]) => milliseconds))];
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const { left, top, right, bottom } = PLOT;
  const depth = (share: number): number => -Math.log10(1 - share);
  const [first, last] = [depth(SHARES[0]), depth(0.9999)];
  return {
    x: (share) => left + ((depth(share) - first) / (last - first)) * (right - left),
    y: (milliseconds) => bottom - ((Math.log10(milliseconds) - low) / (high - low)) * (bottom - top),
    decades: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

function drawAxes({ x, y, decades }: Scale): readonly string[] {
  const { left, right, top, bottom } = PLOT;
  return [
    ...decades.flatMap((value) => [
      element("line", { class: "frame", x1: left, y1: y(value), x2: right, y2: y(value) }),
      label(left - 8, y(value) + 4, `${value} ms`, { class: "small", "text-anchor": "end" }),
    ]),
    ...SHARES.flatMap((share) => [
      element("line", { class: "frame", x1: x(share), y1: top, x2: x(share), y2: bottom }),
      label(x(share), bottom + 18, `${formatShare(share)} %`, { class: "small", "text-anchor": "middle" }),
    ]),
    label((left + right) / 2, bottom + 42, "of all requests are not slower", { class: "small", "text-anchor": "middle" }),
  ];
}

function drawAim({ x, y }: Scale): readonly string[] {
  const [from, to, height] = [x(SHARES[0]), x(AIM.share), y(AIM.milliseconds)];
  return [
    element("line", { class: "aim", x1: from, y1: height, x2: to, y2: height }),
    label(from + 6, height - 6, `aim: ${AIM.milliseconds} ms at ${formatShare(AIM.share)} %`, { class: "small" }),
  ];
}

function drawCurve({ name, points }: Curve, index: number, { x, y }: Scale): readonly string[] {
  const path = points.map(([share, value]) => `${x(share).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const legend = PLOT.top + 14 + index * 22;
  const style = `curve c${index % 4}`;
  return [
    element("polyline", { class: style, points: path }),
    element("line", { class: style, x1: PLOT.right + 16, y1: legend - 4, x2: PLOT.right + 46, y2: legend - 4 }),
    label(PLOT.right + 54, legend, name),
  ];
}

function sentenceOf({ name, points }: Curve): string {
  const parts = points
    .filter(([share]) => SHARES.some((named) => named === share))
    .map(([share, value]) => `${formatNumber(value)} ms at ${formatShare(share)} %`);
  return `${name}: ${parts.join(", ")}.`;
}

function formatShare(share: number): string {
  return String(Math.round(share * 1e6) / 1e4);
}
