/** The program of a lane on a slow token: the product's own lane, after the binding's calls were delayed. Only a benchmark starts it. */
import { delayCalls } from "../slow/delaying-calls.js";

const milliseconds = Number(process.env["BENCH_TOKEN_DELAY"]);
if (!(milliseconds > 0)) throw new Error("BENCH_TOKEN_DELAY is no time in milliseconds.");
delayCalls({ milliseconds });
await import("../../src/engine/lanes/lane-main.js");
