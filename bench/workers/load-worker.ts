/** A client with mutual TLS and one connection to each server, which puts loads on them. */
import { readFileSync } from "node:fs";
import { Client, credentials } from "@grpc/grpc-js";
import { type AuthorizeRequest, AuthorizeStreamRequest } from "../../src/gen/pinmac/v1/authorization.js";
import { median, quantile } from "../figures/index.js";
import { type LoopResult, runClosedLoop } from "../load/closed-loop.js";
import type { OpenLine } from "../load/line.js";
import type { LoadResult, LoadTask } from "../load/load-task.js";
import { runOpenLoop } from "../load/open-loop.js";
import { openRequests, TERMINALS_APART } from "../load/requests.js";
import { streamAuthorize, streamEcho } from "../load/stream-lines.js";
import { unaryAuthorize, unaryEcho } from "../load/unary-lines.js";
import type { CertificateFiles } from "../stage/certificates.js";
import { serveWorker } from "../stage/serve-worker.js";

/** How many requests a second the terminals make ready for the first closed loop. */
const FIRST_READY = 5_000;
/** And for the next: so much more than the server answered. What is left is lost; a loop that has used up all ends early. */
const READY_MARGIN = 1.5;

/** Where the requests for one server come from. */
interface Source {
  readonly next: () => AuthorizeRequest;
  /** Requests a second of the fastest closed loop so far. */
  perSecond: number;
}

serveWorker<CertificateFiles, LoadTask, LoadResult>(async (tls) => {
  const clients = new Map<number, Client>();
  const sources = new Map<string, Source>();
  return {
    facts: {},
    run: (task) =>
      runLoad(
        task,
        remember(clients, task.port, () => connect(tls, task.port)),
        sources,
      ),
    close: async () => {
      for (const client of clients.values()) client.close();
    },
  };
});

function connect(tls: CertificateFiles, port: number): Client {
  const [authority, key, certificate] = [tls.authority, tls.clientKey, tls.clientCertificate].map((file) => readFileSync(file));
  const channel = credentials.createSsl(authority ?? null, key ?? null, certificate ?? null);
  return new Client(`127.0.0.1:${port}`, channel, { "grpc.ssl_target_name_override": "localhost" });
}

/** A server's requests go on where the round before ended: its terminals' counters only rise. */
function sourceOf({ port, traffic, pattern: { kind } }: LoadTask, sources: Map<string, Source>): Source {
  return remember(sources, JSON.stringify([port, traffic, kind]), () => ({
    next: openRequests(traffic, kind, sources.size * TERMINALS_APART),
    perSecond: FIRST_READY / READY_MARGIN,
  }));
}

async function runLoad(task: LoadTask, client: Client, sources: Map<string, Source>): Promise<LoadResult> {
  const source = sourceOf(task, sources);
  if (task.echo) {
    const message = { correlationId: 1n, request: source.next(), timeoutMs: 0 };
    const bytes = Buffer.from(AuthorizeStreamRequest.encode(message).finish());
    return runPattern(task, task.line === "unary" ? unaryEcho(client) : streamEcho(client), () => bytes);
  }
  const { steps, terminalKeys } = task.traffic;
  const line = task.line === "unary" ? unaryAuthorize(client, steps) : streamAuthorize(client, steps);
  const result = await runPattern(task, line, terminalKeys === "dukpt" ? makeReady(task, source) : source.next);
  source.perSecond = Math.max(source.perSecond, result.perSecond);
  return result;
}

/** Makes requests before the time that is measured: enciphering is the terminals' work. */
function makeReady({ seconds, pattern }: LoadTask, source: Source): () => AuthorizeRequest | undefined {
  const perSecond = pattern.kind === "open" ? pattern.perSecond : source.perSecond * READY_MARGIN;
  const ready = Array.from({ length: Math.ceil(perSecond * seconds) }, source.next);
  let used = 0;
  return () => ready[used++];
}

async function runPattern<Request>(
  { pattern, seconds }: LoadTask,
  open: OpenLine<Request>,
  next: () => Request | undefined,
): Promise<LoadResult> {
  const before = process.cpuUsage();
  if (pattern.kind === "closed") return resultOf(await runClosedLoop(open, next, pattern.window, seconds), before);
  const sure = (): Request => {
    const request = next();
    if (request === undefined) throw new Error("There are too few requests.");
    return request;
  };
  const result = await runOpenLoop(open, sure, pattern.perSecond, seconds);
  return { ...resultOf(result, before), latencies: result.latencies };
}

function resultOf({ latencies, seconds }: LoopResult, before: NodeJS.CpuUsage): LoadResult {
  const { user, system } = process.cpuUsage(before);
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    answers: latencies.length,
    perSecond: latencies.length / seconds,
    p50: median(sorted),
    p99: quantile(sorted, 0.99),
    clientCpu: user + system,
  };
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
