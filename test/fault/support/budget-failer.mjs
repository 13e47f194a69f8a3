/** Fails one subject on the budgets of its first argument, as often as the second says, then prints how often it was told "over". */
import { openFailureBudgets } from "../../../dist/store/budgets/index.js";

const [path, times, failures] = process.argv.slice(2);
const limit = { failures: Number(failures), windowSeconds: 3_600 };
const budgets = openFailureBudgets(path, {
  limits: { pinBlock: limit, pinVerification: limit, mac: limit },
  pinBlockWindowSeconds: 600,
});
const subject = { kind: "mac", key: Buffer.alloc(32, 1) };
let over = 0;
const isTold = (error) => (error.reason === "BUDGET_EXHAUSTED" ? [subject] : Promise.reject(error));
for (let time = 0; time < Number(times); time++) over += (await budgets.fail([subject]).catch(isTold)).length;
process.stdout.write(`${over}\n`);
// Neither closed nor flushed: what was answered is on the disk.
process.kill(process.pid, "SIGKILL");
