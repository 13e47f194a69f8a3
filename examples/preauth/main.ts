/**
 * The demo: starts pinmac, plays a card pre-authorization and its completion against it, stops it again.
 * `npm run demo` sets up and compiles first. Exit code: 0 all steps as expected, 1 not all, 2 the demo could not run.
 */
import { connectPinmac } from "./pinmac-client/index.js";
import { buildWorld, runStep, type StepResult, scenarioSteps, type World } from "./scenario/index.js";
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
} from "./setup/index.js";
import { chooseColors, describeOpening, describeStep, describeSummary, type Opening, toReport } from "./show/index.js";

const EXIT = { asExpected: 0, unexpected: 1, couldNotRun: 2 } as const;

const colors = chooseColors(process.stdout.isTTY === true, process.env);

/** The steps one after the other, each shown when it is done. */
async function playSteps(world: World, show: (text: string) => void): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of scenarioSteps(world)) {
    const result = await runStep(world, step);
    show(describeStep(result, colors));
    results.push(result);
  }
  return results;
}

async function play(options: DemoOptions, pinmac: RunningPinmac): Promise<number> {
  const show = (text: string): void => {
    if (!options.json) console.log(text);
  };
  const client = connectPinmac(pinmac.endpoint);
  const keys = await Promise.all(Object.values(KEY_NAMES).map((name) => client.describeKey(name)));
  const opening: Opening = { address: pinmac.endpoint.address, startMilliseconds: pinmac.startMilliseconds, keys };
  show(describeOpening(opening, colors));
  const world = await buildWorld(readPartyKeys(options.keyFolder), client);
  const results = await playSteps(world, show).finally(() => world.close());
  show(describeSummary(results, colors));
  if (options.json) console.log(JSON.stringify(toReport(opening, results), null, 2));
  return results.every(({ asExpected }) => asExpected) ? EXIT.asExpected : EXIT.unexpected;
}

async function run(options: DemoOptions): Promise<number> {
  requireSetUp(options);
  const pinmac = await startPinmac(options);
  const code = await play(options, pinmac).catch(async (fault: unknown) => {
    await pinmac.stop();
    throw fault;
  });
  const stopped = await pinmac.stop();
  if (stopped === 0) return code;
  console.error(`The server did not stop in good order: it ended with ${stopped ?? "a signal"}.`);
  return EXIT.unexpected;
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
