/** A front and nothing else: starts lanes with the options of its first argument, prints their pids, keeps them busy, and waits to be killed. */
import { startLanes } from "../../../dist/engine/lanes/index.js";

const engine = await startLanes(JSON.parse(process.argv[2] ?? "{}"));
process.stdout.write(`${JSON.stringify(engine.lanePids)}\n`);
for (;;) await engine.execute(Array.from({ length: 32 }, () => ({ kind: "probe" })));
