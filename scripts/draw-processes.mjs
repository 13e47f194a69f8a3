// Draws docs/processes.svg, the picture of the processes. Run it after changing the architecture: node scripts/draw-processes.mjs
import { writeFileSync } from "node:fs";

const INK = "#1f2933";
const FRONT = "#dbeafe";
const LANE = "#dcfce7";
const TOKEN = "#fef3c7";
const OUTSIDE = "#f3f4f6";

const escapeText = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A box with a title and lines below it. */
function box(x, y, width, height, fill, title, lines) {
  const text = lines
    .map((line, i) => `<text x="${x + 14}" y="${y + 48 + i * 19}" class="line">${escapeText(line)}</text>`)
    .join("");
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="${INK}"/>
    <text x="${x + 14}" y="${y + 26}" class="title">${escapeText(title)}</text>${text}`;
}

/** An arrow with its label above it. */
function arrow(x1, y1, x2, y2, label) {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${INK}" marker-start="url(#back)" marker-end="url(#head)"/>
    <text x="${(x1 + x2) / 2}" y="${Math.min(y1, y2) - 8}" class="label" text-anchor="middle">${escapeText(label)}</text>`;
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1180 420" role="img" aria-label="switch, front, lanes, token and register">
  <style>
    .title { font: 600 16px system-ui, sans-serif; fill: ${INK}; }
    .line { font: 13px system-ui, sans-serif; fill: ${INK}; }
    .label { font: 12px system-ui, sans-serif; fill: ${INK}; }
  </style>
  <defs>
    <marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="${INK}"/></marker>
    <marker id="back" viewBox="0 0 8 8" refX="0" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M8 0 0 4 8 8z" fill="${INK}"/></marker>
  </defs>
  <rect width="1180" height="420" fill="white"/>
  ${box(20, 60, 170, 110, OUTSIDE, "payment switch", ["holds no keys", "one call per", "authorization"])}
  ${arrow(190, 115, 330, 115, "gRPC, mutual TLS")}
  ${box(330, 40, 240, 150, FRONT, "front", ["authenticates, parses, admits,", "resolves key names", "never: the PKCS#11 module,", "the token PIN, a clear key,", "a clear PIN"])}
  ${arrow(570, 80, 730, 80, "frames, inherited socket")}
  ${arrow(570, 160, 730, 240, "")}
  ${box(730, 40, 210, 110, LANE, "lane 1", ["one session, synchronous", "no network, no store", "dies and is replaced"])}
  ${box(730, 190, 210, 100, LANE, "lane N", ["sealed keys and data in,", "results out"])}
  ${arrow(940, 95, 1020, 130, "PKCS#11")}
  ${arrow(940, 240, 1020, 195, "")}
  ${box(1020, 95, 140, 140, TOKEN, "token", ["storage master", "key, seal key:", "they never leave"])}
  ${arrow(450, 190, 450, 280, "")}
  ${box(330, 280, 240, 90, OUTSIDE, "register", ["SQLite: sealed keys,", "worthless without the token"])}
  ${box(730, 320, 210, 80, LANE, "pinmac CLI", ["makes keys, doctor;", "the same engine in-process"])}
  ${arrow(940, 345, 1080, 235, "")}
  ${arrow(730, 350, 570, 330, "")}
</svg>
`;
writeFileSync(
  new URL("../docs/processes.svg", import.meta.url),
  svg.replace(/^ {2,}/gm, (s) => " ".repeat(Math.min(s.length, 4))),
);
