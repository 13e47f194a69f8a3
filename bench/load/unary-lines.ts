import { type Client, type ServiceError, status } from "@grpc/grpc-js";
import { AuthorizationServiceService, type AuthorizeRequest } from "../../src/gen/pinmac/v1/authorization.js";
import { PinServiceService } from "../../src/gen/pinmac/v1/pin.js";
import { checkAuthorization, checkTranslation } from "./checks.js";
import { EchoService } from "./echo-service.js";
import type { Line, Listener, OpenLine } from "./line.js";

const DEADLINE_MS = 10_000;

interface Method<Request, Answer> {
  readonly path: string;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Answer;
}

/** A call for each request. @param check throws when the answer is wrong */
function unaryLine<Request, Answer>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: Method<Request, Answer>,
  check: (answer: Answer) => void,
): OpenLine<Request> {
  return (listener): Line<Request> => ({
    send: (slot, request) => {
      const deadline = Date.now() + DEADLINE_MS;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, { deadline }, (error, answer) => {
        if (error !== null) tellFailure(listener, slot, error);
        else tellAnswer(listener, slot, () => check(answer as Answer));
      });
    },
    end: () => undefined,
  });
}

/** There was no room, or no time; anything else ends the measurement. */
function tellFailure({ shed, failed }: Listener, slot: number, error: ServiceError): void {
  const isShed = error.code === status.RESOURCE_EXHAUSTED || error.code === status.DEADLINE_EXCEEDED;
  if (isShed) shed(slot, error);
  else failed(error);
}

function tellAnswer({ answered, failed }: Listener, slot: number, check: () => void): void {
  try {
    check();
    answered(slot);
  } catch (error) {
    failed(error);
  }
}

/** Authorize with all its steps, or TranslatePin alone. */
export function unaryAuthorize(client: Client, steps: "translate" | "authorize"): OpenLine<AuthorizeRequest> {
  if (steps === "authorize") {
    return unaryLine(client, AuthorizationServiceService.authorize, (answer) => checkAuthorization(answer, steps));
  }
  const { path, requestSerialize, responseDeserialize } = PinServiceService.translatePin;
  const serializeStep = ({ translatePin }: AuthorizeRequest): Buffer => {
    if (translatePin === undefined) throw new Error("The request translates nothing.");
    return requestSerialize(translatePin);
  };
  return unaryLine(client, { path, requestSerialize: serializeStep, responseDeserialize }, checkTranslation);
}

/** The same bytes there and back. */
export function unaryEcho(client: Client): OpenLine<Buffer> {
  return unaryLine(client, EchoService.echo, () => undefined);
}
