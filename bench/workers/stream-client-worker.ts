/** A client with mutual TLS and one connection to each server, which keeps a window of requests without an answer on one stream. */
import { readFileSync } from "node:fs";
import { Client, credentials } from "@grpc/grpc-js";
import {
  AuthorizationServiceService,
  type AuthorizeRequest,
  AuthorizeStreamRequest,
  type AuthorizeStreamResponse,
} from "../../src/gen/pinmac/v1/authorization.js";
import { OUTBOUND_MAC, openRequests } from "../stream/requests.js";
import type { StreamClientSetup } from "../stream/setup.js";
import { ECHO_PREFIX, STREAM_SUBJECTS, type StreamSubject } from "../stream/subjects.js";
import { TRANSLATED_PIN_BLOCK } from "../translate/fixture.js";
import { type LoopTraffic, runClosedLoop } from "./closed-loop.js";
import { EchoStreamService } from "./echo-service.js";
import { type RoundResult, serveWorker } from "./serve-worker.js";

/** Transactions under the BDK that are made ready for a second of a round; a round whose transactions are used up ends early. */
const READY_PER_SECOND = 6_000;

type Round = (window: number, seconds: number) => Promise<RoundResult>;

serveWorker<StreamClientSetup>(async (setup) => {
  const plain = connect(setup, setup.plainPort);
  const recording = connect(setup, setup.recordingPort);
  const rounds = new Map<string, Round>(
    STREAM_SUBJECTS.flatMap((subject, index) => {
      const client = subject.recording ? recording : plain;
      const next = openRequests(subject, index);
      return [
        [subject.name, authorizeRound(client, subject, next)],
        [ECHO_PREFIX + subject.name, echoRound(client, next())],
      ] as const;
    }),
  );
  return {
    facts: {},
    run: async ({ subject = "", concurrency = 1, seconds }) => {
      const round = rounds.get(subject);
      if (round === undefined) throw new Error("There is no such subject.");
      return round(concurrency, seconds);
    },
    close: async () => {
      plain.close();
      recording.close();
    },
  };
});

function connect({ tls }: StreamClientSetup, port: number): Client {
  const channel = credentials.createSsl(
    readFileSync(tls.authority),
    readFileSync(tls.clientKey),
    readFileSync(tls.clientCertificate),
  );
  return new Client(`127.0.0.1:${port}`, channel, { "grpc.ssl_target_name_override": "localhost" });
}

function authorizeRound(client: Client, subject: StreamSubject, next: () => AuthorizeRequest): Round {
  const { path, requestSerialize, responseDeserialize } = AuthorizationServiceService.authorizeStream;
  return (window, seconds) => {
    const source = subject.terminalKeys === "static" ? next : makeReady(next, Math.ceil(READY_PER_SECOND * seconds));
    const traffic: LoopTraffic<AuthorizeStreamRequest, AuthorizeStreamResponse> = {
      request: (slot) => {
        const request = source();
        return request && { correlationId: BigInt(slot + 1), request, timeoutMs: 0 };
      },
      slotOf: (answer) => {
        check(answer, subject);
        return Number(answer.correlationId) - 1;
      },
    };
    return runClosedLoop(client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize), traffic, window, seconds);
  };
}

/** Makes so many requests before the time that is measured: enciphering is the terminals' work. */
function makeReady(next: () => AuthorizeRequest, count: number): () => AuthorizeRequest | undefined {
  const ready = Array.from({ length: count }, next);
  let used = 0;
  return () => ready[used++];
}

/** The same bytes again and again; the echo keeps their order. */
function echoRound(client: Client, request: AuthorizeRequest): Round {
  const { path, requestSerialize, responseDeserialize } = EchoStreamService.echoStream;
  const bytes = Buffer.from(AuthorizeStreamRequest.encode({ correlationId: 1n, request, timeoutMs: 0 }).finish());
  return (window, seconds) => {
    let answers = 0;
    const traffic: LoopTraffic<Buffer, Buffer> = {
      request: () => bytes,
      slotOf: () => answers++ % window,
    };
    return runClosedLoop(client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize), traffic, window, seconds);
  };
}

/** A wrong answer is not worth measuring. */
function check({ result }: AuthorizeStreamResponse, { steps }: StreamSubject): void {
  if (result?.$case !== "response") throw new Error(`The server refused: ${result?.value.message}.`);
  const { translatePin, generateMac } = result.value;
  const right =
    translatePin?.pinBlock.equals(TRANSLATED_PIN_BLOCK) && (steps === "translate" || generateMac?.mac.equals(OUTBOUND_MAC));
  if (!right) throw new Error("The server answered wrongly.");
}
