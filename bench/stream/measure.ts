import { describeMachine, type Report } from "../report.js";
import { measureRounds, type Subject } from "../rounds.js";
import type { Worker } from "../workers/worker.js";
import { WorkerGroup } from "../workers/worker-group.js";
import { prepareStream } from "./prepare.js";
import { ECHO_PREFIX, STREAM_SUBJECTS } from "./subjects.js";

/** How long and how much. */
export interface StreamOptions {
  readonly rounds: number;
  /** Of one round. */
  readonly seconds: number;
  /** Requests without an answer: a closed loop. */
  readonly window: number;
  readonly lanes: number;
}

/**
 * AuthorizeStream over one connection with mutual TLS, against a stream of the same server that sends the same requests back unread.
 * The client is a closed loop: it keeps a fixed window of requests without an answer, and each answer lets it send the next one. So the
 * rate is the server's own, and the latencies are those at full load, which are the window by the rate.
 */
export async function measureStream(options: StreamOptions, progress: (line: string) => void): Promise<Report> {
  const machine = describeMachine("SoftHSM");
  progress("Making a token, keys and certificates");
  const token = await prepareStream(options.lanes);
  const workers = new WorkerGroup(token.environment);
  try {
    const server = await workers.open("./stream-server-worker.js", token.setup);
    const { seconds, rounds, window, lanes } = options;
    const client = await workers.open("./stream-client-worker.js", { ...token.setup, ...server.facts, seconds });
    const subjects = subjectsOf(client, options);
    for (const { measure, baseline } of subjects) {
      await measure();
      await baseline();
    }
    const rows = await measureRounds(subjects, rounds, progress);
    return { measuredAt: new Date().toISOString(), machine, settings: { rounds, seconds, window, lanes }, rows };
  } finally {
    await workers.close();
    token.remove();
  }
}

function subjectsOf(client: Worker, { seconds, window: concurrency }: StreamOptions): readonly Subject[] {
  return STREAM_SUBJECTS.map(({ name }) => ({
    name,
    baselineName: "stream echo",
    measure: () => client.run({ seconds, concurrency, subject: name }),
    baseline: () => client.run({ seconds, concurrency, subject: ECHO_PREFIX + name }),
  }));
}
