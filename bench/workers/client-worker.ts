/** A client with mutual TLS and one connection, which keeps so many unary calls in flight. */
import { readFileSync } from "node:fs";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { PinBlockFormat, PinServiceService, type TranslatePinRequest } from "../../src/gen/pinmac/v1/pin.js";
import { PAN, PIN_BLOCK, TRANSLATED_PIN_BLOCK } from "../translate/fixture.js";
import type { ClientSetup } from "../translate/setup.js";
import { EchoService } from "./echo-service.js";
import { summarizeLatencies } from "./latencies.js";
import { type RoundResult, type RoundTask, serveWorker } from "./serve-worker.js";

const NOTHING = Buffer.alloc(0);
const DEADLINE_MS = 10_000;

type Call = () => Promise<void>;

serveWorker<ClientSetup>(async (setup) => {
  const channel = credentials.createSsl(
    readFileSync(setup.tls.authority),
    readFileSync(setup.tls.clientKey),
    readFileSync(setup.tls.clientCertificate),
  );
  const client = new Client(`127.0.0.1:${setup.port}`, channel, { "grpc.ssl_target_name_override": "localhost" });
  const calls = callsOf(client, setup);
  return {
    facts: {},
    run: (task) => runRound(calls, task),
    close: async () => client.close(),
  };
});

function callsOf(client: Client, setup: ClientSetup): ReadonlyMap<string, Call> {
  const { echo } = EchoService;
  const { translatePin } = PinServiceService;
  const byName = (name: string) => ({ reference: { $case: "name", value: { name, version: 0 } } }) as const;
  const request: TranslatePinRequest = {
    source: {
      key: byName(setup.sourceKeyName),
      ksn: NOTHING,
      format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
      pinBlock: PIN_BLOCK,
    },
    target: { key: byName(setup.targetKeyName), format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0 },
    pan: PAN,
  };
  return new Map<string, Call>([
    ["echo", () => unary(client, echo, NOTHING).then(() => undefined)],
    [
      "translate",
      async () => {
        const { pinBlock } = await unary(client, translatePin, request);
        // A wrong answer is not worth measuring.
        if (!pinBlock.equals(TRANSLATED_PIN_BLOCK)) throw new Error("The server translated wrongly.");
      },
    ],
  ]);
}

interface UnaryMethod<Q, A> {
  readonly path: string;
  readonly requestSerialize: (value: Q) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => A;
}

function unary<Q, A>(client: Client, method: UnaryMethod<Q, A>, request: Q): Promise<A> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      { deadline: Date.now() + DEADLINE_MS },
      (error: ServiceError | null, answer?: A) => {
        if (error !== null || answer === undefined) reject(error ?? new Error("no answer"));
        else resolve(answer);
      },
    );
  });
}

async function runRound(calls: ReadonlyMap<string, Call>, task: RoundTask): Promise<RoundResult> {
  const call = calls.get(task.subject ?? "");
  if (call === undefined) throw new Error("There is no such subject.");
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + task.seconds * 1_000;
  const caller = async (): Promise<void> => {
    for (let start = performance.now(); start < end; ) {
      await call();
      const now = performance.now();
      latencies.push(now - start);
      start = now;
    }
  };
  await Promise.all(Array.from({ length: task.concurrency ?? 1 }, caller));
  const seconds = (performance.now() - begin) / 1_000;
  return { perSecond: latencies.length / seconds, latency: summarizeLatencies(latencies) };
}
