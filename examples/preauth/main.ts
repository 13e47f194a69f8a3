/**
 * The demo: starts pinmac, plays a card pre-authorization and its completion against it, stops it again, and has its audit log verified.
 * `npm run demo` sets up and compiles first. Exit code: 0 all steps as expected, 1 not all, 2 the demo could not run.
 */
import { connectPinmac } from "./pinmac-client/index.js";
import { auditStep, buildWorld, runStep, type Step, type StepResult, scenarioSteps, type World } from "./scenario/index.js";
import {
  type DemoOptions,
  KEY_NAMES,
  type RunningPinmac,
  readOptions,
  readPartyKeys,
  requireSetUp,
  SetUpMissing,
  startPinmac,
  USAGE,
  verifyAudit,
} from "./setup/index.js";
import { chooseColors, describeOpening, describeStep, describeSummary, type Opening, toReport } from "./show/index.js";

const EXIT = { asExpected: 0, unexpected: 1, couldNotRun: 2 } as const;

const colors = chooseColors(process.stdout.isTTY === true, process.env);

/** The steps one after the other, each shown when it is done. */
async function playSteps(world: World, steps: readonly Step[], show: (text: string) => void): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const result = await runStep(world, step);
    show(describeStep(result, colors));
    results.push(result);
  }
  return results;
}

/** What the demo shows as it goes; nothing when the result is for machines. */
function shower({ json }: DemoOptions): (text: string) => void {
  return (text) => {
    if (!json) console.log(text);
  };
}

/** Everything up to the stop of the server, and the audit of what it wrote. Returns the exit code. */
async function play(options: DemoOptions, pinmac: RunningPinmac): Promise<number> {
  const show = shower(options);
  const client = connectPinmac(pinmac.endpoint);
  const keys = await Promise.all(Object.values(KEY_NAMES).map((name) => client.describeKey(name)));
  const opening: Opening = { address: pinmac.endpoint.address, startMilliseconds: pinmac.startMilliseconds, keys };
  show(describeOpening(opening, colors));
  const world = await buildWorld(readPartyKeys(options.keyFolder), {
    switch: client,
    operator: connectPinmac(pinmac.operator),
  });
  const played = await playSteps(world, scenarioSteps(world), show).finally(() => world.close());
  const stopped = await pinmac.stop();
  const audit = auditStep(world, () => verifyAudit(options.program, pinmac.auditFolder));
  const results = [...played, ...(await playSteps(world, [audit], show))];
  show(describeSummary(results, colors));
  if (options.json) console.log(JSON.stringify(toReport(opening, results), null, 2));
  return exitCode(results, stopped);
}

function exitCode(results: readonly StepResult[], stopped: number | null): number {
  if (stopped !== 0) console.error(`The server did not stop in good order: it ended with ${stopped ?? "a signal"}.`);
  return stopped === 0 && results.every(({ asExpected }) => asExpected) ? EXIT.asExpected : EXIT.unexpected;
}

async function run(options: DemoOptions): Promise<number> {
  requireSetUp(options);
  const pinmac = await startPinmac(options);
  return play(options, pinmac).finally(() => pinmac.discard());
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options.help) return run(options);
  console.log(USAGE);
  return EXIT.asExpected;
}

process.exitCode = await main().catch((fault: unknown) => {
  console.error(fault instanceof SetUpMissing ? fault.message : fault);
  return EXIT.couldNotRun;
});
