import { type Client, type ClientDuplexStream, status } from "@grpc/grpc-js";
import { AuthorizationServiceService, type AuthorizeRequest } from "../../src/gen/pinmac/v1/authorization.js";
import { checkAuthorization } from "./checks.js";
import { EchoStreamService } from "./echo-service.js";
import type { Listener, OpenLine } from "./line.js";

/** AuthorizeStream: one stream for all requests. */
export function streamAuthorize(client: Client, steps: "translate" | "authorize"): OpenLine<AuthorizeRequest> {
  const { path, requestSerialize, responseDeserialize } = AuthorizationServiceService.authorizeStream;
  return (listener) => {
    const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    listen(stream, listener, ({ correlationId, result }) => {
      const slot = Number(correlationId) - 1;
      if (result?.$case !== "response") {
        const refused = new Error(`The server refused: ${result?.value.message}.`);
        if (result?.value.code !== status.RESOURCE_EXHAUSTED) throw refused;
        return listener.shed(slot, refused);
      }
      checkAuthorization(result.value, steps);
      listener.answered(slot);
    });
    return {
      send: (slot, request) => stream.write({ correlationId: BigInt(slot + 1), request, timeoutMs: 0 }),
      end: () => stream.end(),
    };
  };
}

/** The same bytes there and back; the echo keeps their order. */
export function streamEcho(client: Client): OpenLine<Buffer> {
  const { path, requestSerialize, responseDeserialize } = EchoStreamService.echoStream;
  return (listener) => {
    const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const underWay: number[] = [];
    let answers = 0;
    listen(stream, listener, () => listener.answered(underWay[answers++] ?? 0));
    return {
      send: (slot, request) => {
        underWay.push(slot);
        stream.write(request);
      },
      end: () => stream.end(),
    };
  };
}

/** @param take throws when the answer is wrong */
function listen<Request, Answer>(
  stream: ClientDuplexStream<Request, Answer>,
  { failed }: Listener,
  take: (answer: Answer) => void,
): void {
  stream.on("data", (answer: Answer) => {
    try {
      take(answer);
    } catch (error) {
      failed(error);
      stream.cancel();
    }
  });
  stream.on("error", failed);
}
