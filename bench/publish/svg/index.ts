/**
 * The plots of docs, drawn from a report as SVG text: for light and dark pages, with a title and a description for who cannot see them.
 */
export { drawLatency } from "./latency.js";
export { drawThroughput } from "./throughput.js";
