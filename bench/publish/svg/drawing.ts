import { element, escapeText } from "./element.js";

/** What a drawing is, for who sees it and who does not. */
export interface Drawing {
  readonly title: string;
  /** What it says, in a sentence or two. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly content: readonly string[];
}

/** Readable on white and on black: the page's own scheme decides. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .small { font-size: 11px; fill: #59636e; }
  .title { font-size: 15px; font-weight: 600; }
  .ground { fill: #ffffff; }
  .frame { fill: none; stroke: #d1d9e0; }
  .baseline { fill: #d1d9e0; }
  .value { fill: #0969da; }
  .missed { fill: #bc4c00; }
  .aim { stroke: #cf222e; stroke-width: 2; stroke-dasharray: 5 3; }
  .curve { fill: none; stroke-width: 2; }
  .c0 { stroke: #0969da; } .c1 { stroke: #0969da; stroke-dasharray: 3 4; }
  .c2 { stroke: #8250df; } .c3 { stroke: #8250df; stroke-dasharray: 3 4; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    .ground { fill: #0d1117; }
    .frame { stroke: #3d444d; }
    .baseline { fill: #3d444d; }
    .value { fill: #4493f8; }
    .missed { fill: #f0883e; }
    .aim { stroke: #f85149; }
    .c0, .c1 { stroke: #4493f8; }
    .c2, .c3 { stroke: #ab7df8; }
  }
`;

/** The drawing as a file. */
export function renderDrawing({ title, description, width, height, content }: Drawing): string {
  const root = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-labelledby": "title description",
  };
  const parts = [
    element("title", { id: "title" }, escapeText(title)),
    element("desc", { id: "description" }, escapeText(description)),
    element("style", {}, STYLE),
    element("rect", { class: "ground", x: 0, y: 0, width, height }),
    ...content,
  ];
  return `${element("svg", root, `\n${parts.join("\n")}\n`)}\n`;
}
