/** A service's verification of its register: journal, rows and sealed head, as before the port opens, or the seals of all keys, as beside the calls. */
import { examineRows, sweepSeals } from "../../src/cli/register/index.js";
import { startLanes } from "../../src/engine/lanes/index.js";
import type { Sample } from "../figures/index.js";
import type { RegisterSetup, RegisterTask } from "../keys/register-task.js";
import { readProcess } from "../stage/process-usage.js";
import { serveWorker } from "../stage/serve-worker.js";

const MIB = 2 ** 20;

serveWorker<RegisterSetup, RegisterTask, Sample>(async ({ register, keys, ...place }) => {
  const engine = await startLanes({ ...place, environment: "test", keyCacheSize: 100 });
  const laneCpu = () => engine.lanePids.reduce((sum, pid) => sum + readProcess(pid).cpu, 0);
  const verifyRows = async () => {
    const verdict = await examineRows(register, { engine });
    if (verdict.faults.length > 0 || verdict.keys !== keys) throw new Error("The register does not hold what it should.");
  };
  const verifySeals = async () => {
    let checked = 0;
    const faults = await sweepSeals(register, engine, (count) => {
      checked = count;
      return true;
    });
    if (faults.length > 0 || checked !== keys) throw new Error("The seals are not what they should be.");
  };
  return {
    facts: {},
    run: async (task) => {
      const [own, lanes, begin] = [process.cpuUsage(), laneCpu(), performance.now()];
      await (task === "rows" ? verifyRows() : verifySeals());
      const value = performance.now() - begin;
      const { user, system } = process.cpuUsage(own);
      return {
        value,
        details: {
          "front CPU ms": (user + system) / 1_000,
          "lane CPU ms": (laneCpu() - lanes) / 1_000,
          "front memory MiB": readProcess(process.pid).memory / MIB,
        },
      };
    },
    close: () => engine.close(),
  };
});
