/**
 * The program of a front among several. The primary starts it through node:cluster; it is not imported.
 */
import { reportFailure } from "../../errors/index.js";
import { EXIT } from "../../exit-codes.js";
import { hardenProcess } from "../../harden-process.js";
import { runFront } from "../run-front.js";
import { PrimaryChannel } from "./primary-channel.js";

hardenProcess();
process.title = "pinmac front";
// A signal to the whole process group is the primary's to act on. SIGHUP is for a policy, which may not be read yet.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

const primary = new PrimaryChannel();
const started = primary.next("start");
const stopped = primary.next("stop").then(() => "stop");
primary.send({ kind: "awake" });
try {
  const { config, place } = await started;
  await runFront(config, {
    stopped,
    place,
    loginTurn: primary.loginTurn(),
    serving: ({ address, observation }) => {
      primary.on("readMetrics", ({ id }) => {
        void observation.metrics.read().then((snapshot) => primary.send({ kind: "metrics", id, snapshot }));
      });
      primary.send({ kind: "ready", ...address });
    },
  });
  process.exit(EXIT.DONE);
} catch (error) {
  process.exit(reportFailure(error));
}
