import type {
  AuthorizeRequest,
  AuthorizeResponse,
  AuthorizeStreamRequest,
  AuthorizeStreamResponse,
} from "../../gen/pinmac/v1/authorization.js";
import { type ItemCodec, MALFORMED } from "../calls/index.js";

/** The items of AuthorizationService.AuthorizeStream. */
export const AUTHORIZE_ITEMS: ItemCodec<AuthorizeStreamRequest, AuthorizeStreamResponse, AuthorizeRequest, AuthorizeResponse> =
  {
    idOf: (item) => item.correlationId,
    requestOf: (item) => item.request ?? MALFORMED,
    timeoutOf: (item) => item.timeoutMs,
    answered: (correlationId, response) => ({ correlationId, result: { $case: "response", value: response } }),
    refused: (correlationId, status) => ({ correlationId, result: { $case: "error", value: status } }),
  };
