import { describeMachine, median, type Report, type Row } from "../report.js";
import type { RoundResult } from "../workers/serve-worker.js";
import { Worker } from "../workers/worker.js";
import { type BenchToken, prepareTranslation } from "./prepare.js";
import type { ClientSetup } from "./setup.js";

/** How long and how much. */
export interface MeasureOptions {
  readonly rounds: number;
  /** Of one round. */
  readonly seconds: number;
  readonly concurrency: number;
  readonly lanes: number;
}

/** What is measured in turns, and what it is measured against. */
interface Subject {
  readonly name: string;
  readonly baselineName: string;
  readonly measure: () => Promise<RoundResult>;
  readonly baseline: () => Promise<RoundResult>;
}

interface Pair {
  readonly value: RoundResult;
  readonly baseline: RoundResult;
}

const WARM_UP_SECONDS = 1;

/**
 * PIN translation, static TDES keys, ISO 0 to ISO 0, keys warm: unary gRPC against an empty unary echo of the same server, and the
 * engine's loop against a bare PKCS#11 loop. Rounds are interleaved, so that whatever else the machine does befalls all alike.
 */
export async function measureTranslation(options: MeasureOptions, progress: (line: string) => void): Promise<Report> {
  const machine = describeMachine("SoftHSM");
  progress("Making a token, keys and certificates");
  const token = await prepareTranslation(options.lanes);
  const workers: Worker[] = [];
  try {
    const subjects = await openSubjects(token, options, workers);
    const pairs = await runRounds(subjects, options, progress);
    return {
      measuredAt: new Date().toISOString(),
      machine,
      settings: { rounds: options.rounds, seconds: options.seconds, concurrency: options.concurrency, lanes: options.lanes },
      rows: subjects.flatMap((subject, index) => rowsOf(subject, pairs[index] ?? [])),
    };
  } finally {
    for (const worker of workers.reverse()) await worker.close();
    token.remove();
  }
}

async function openSubjects(token: BenchToken, options: MeasureOptions, workers: Worker[]): Promise<readonly Subject[]> {
  const { setup, environment } = token;
  const open = async (program: string, data: object): Promise<Worker> => {
    const worker = await Worker.open(program, data, environment);
    workers.push(worker);
    return worker;
  };
  const bare = await open("./bare-worker.js", setup);
  const engine = await open("./engine-worker.js", setup);
  const server = await open("./server-worker.js", setup);
  const clientSetup: ClientSetup = { ...setup, port: server.facts["port"] ?? 0 };
  const client = await open("./client-worker.js", clientSetup);
  const { seconds, concurrency } = options;
  for (const subject of ["echo", "translate"]) await client.run({ seconds: WARM_UP_SECONDS, subject, concurrency });
  for (const worker of [bare, engine]) await worker.run({ seconds: WARM_UP_SECONDS });
  return [
    {
      name: "translate, unary gRPC",
      baselineName: "empty unary echo",
      measure: () => client.run({ seconds, subject: "translate", concurrency }),
      baseline: () => client.run({ seconds, subject: "echo", concurrency }),
    },
    {
      name: "translate, engine",
      baselineName: "bare PKCS#11 loop",
      measure: () => engine.run({ seconds }),
      baseline: () => bare.run({ seconds }),
    },
  ];
}

async function runRounds(
  subjects: readonly Subject[],
  { rounds }: MeasureOptions,
  progress: (line: string) => void,
): Promise<readonly (readonly Pair[])[]> {
  const pairs = subjects.map((): Pair[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const pair = await runPair(subject, round);
      pairs[index]?.push(pair);
      const figures = `${pair.value.perSecond.toFixed(0)}/s against ${pair.baseline.perSecond.toFixed(0)}/s`;
      progress(`Round ${round} of ${rounds}: ${subject.name} ${figures}`);
    }
  }
  return pairs;
}

/** Every other round the baseline goes first: who goes second may find the machine warmer, or slower. */
async function runPair(subject: Subject, round: number): Promise<Pair> {
  if (round % 2 === 0) {
    const baseline = await subject.baseline();
    return { value: await subject.measure(), baseline };
  }
  const value = await subject.measure();
  return { value, baseline: await subject.baseline() };
}

function rowsOf(subject: Subject, pairs: readonly Pair[]): Row[] {
  const rate: Row = {
    name: subject.name,
    value: median(pairs.map(({ value }) => value.perSecond)),
    unit: "per second",
    baseline: { name: subject.baselineName, value: median(pairs.map(({ baseline }) => baseline.perSecond)) },
    ratio: median(pairs.map(({ value, baseline }) => value.perSecond / baseline.perSecond)),
  };
  return [rate, ...latencyRowsOf(subject, pairs)];
}

function latencyRowsOf(subject: Subject, pairs: readonly Pair[]): Row[] {
  return (["p50", "p99"] as const).flatMap((share) => {
    const taken = pairs.flatMap(({ value, baseline }) =>
      value.latency && baseline.latency ? { value: value.latency[share], baseline: baseline.latency[share] } : [],
    );
    if (taken.length === 0) return [];
    return {
      name: `${subject.name}, ${share}`,
      value: median(taken.map(({ value }) => value)),
      unit: "µs",
      baseline: { name: subject.baselineName, value: median(taken.map(({ baseline }) => baseline)) },
      ratio: median(taken.map(({ value, baseline }) => value / baseline)),
    };
  });
}
