import { describeMachine, type Report } from "../report.js";
import { measureRounds, type Subject } from "../rounds.js";
import { WorkerGroup } from "../workers/worker-group.js";
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

const WARM_UP_SECONDS = 1;

/**
 * PIN translation, static TDES keys, ISO 0 to ISO 0, keys warm: unary gRPC against an empty unary echo of the same server, and the
 * engine's loop against a bare PKCS#11 loop.
 */
export async function measureTranslation(options: MeasureOptions, progress: (line: string) => void): Promise<Report> {
  const machine = describeMachine("SoftHSM");
  progress("Making a token, keys and certificates");
  const token = await prepareTranslation(options.lanes);
  const workers = new WorkerGroup(token.environment);
  try {
    const subjects = await openSubjects(token, options, workers);
    const rows = await measureRounds(subjects, options.rounds, progress);
    return {
      measuredAt: new Date().toISOString(),
      machine,
      settings: { rounds: options.rounds, seconds: options.seconds, concurrency: options.concurrency, lanes: options.lanes },
      rows,
    };
  } finally {
    await workers.close();
    token.remove();
  }
}

async function openSubjects({ setup }: BenchToken, options: MeasureOptions, workers: WorkerGroup): Promise<readonly Subject[]> {
  const bare = await workers.open("./bare-worker.js", setup);
  const engine = await workers.open("./engine-worker.js", setup);
  const server = await workers.open("./server-worker.js", setup);
  const clientSetup: ClientSetup = { ...setup, port: server.facts["port"] ?? 0 };
  const client = await workers.open("./client-worker.js", clientSetup);
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
