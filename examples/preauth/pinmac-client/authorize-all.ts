import type { ClientDuplexStream } from "@grpc/grpc-js";
import type {
  AuthorizeRequest,
  AuthorizeResponse,
  AuthorizeStreamRequest,
  AuthorizeStreamResponse,
} from "../../../src/gen/pinmac/v1/authorization.js";
import { type Refused, readStatus } from "./refused.js";

type Stream = ClientDuplexStream<AuthorizeStreamRequest, AuthorizeStreamResponse>;

/** One answer of the stream, with the index of the request that it belongs to. */
export interface StreamedAnswer {
  readonly index: number;
  readonly outcome: AuthorizeResponse | Refused;
}

/** What came back, in the order in which it came, and how long that took. */
export interface StreamRun {
  readonly answers: readonly StreamedAnswer[];
  readonly milliseconds: number;
}

/** Sends all, reads until the service ends the stream. Correlation ids count from 1. @throws Error when the stream breaks */
export async function authorizeAll(stream: Stream, requests: readonly AuthorizeRequest[]): Promise<StreamRun> {
  const start = performance.now();
  const answers = readAll(stream);
  for (const [index, request] of requests.entries()) {
    stream.write({ correlationId: BigInt(index + 1), request, timeoutMs: 0 });
  }
  stream.end();
  const read = await answers;
  return { answers: read.map(toAnswer), milliseconds: performance.now() - start };
}

function readAll(stream: Stream): Promise<readonly AuthorizeStreamResponse[]> {
  const answers: AuthorizeStreamResponse[] = [];
  return new Promise((resolve, reject) => {
    stream.on("data", (response: AuthorizeStreamResponse) => answers.push(response));
    stream.on("error", reject);
    stream.on("end", () => resolve(answers));
  });
}

function toAnswer({ correlationId, result }: AuthorizeStreamResponse): StreamedAnswer {
  const index = Number(correlationId) - 1;
  if (result === undefined) throw new Error("The service answered without a result.");
  return { index, outcome: result.$case === "response" ? result.value : readStatus(result.value) };
}
