import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientOptions,
  type ClientUnaryCall,
  credentials,
  type MethodDefinition,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { ErrorInfo, RetryInfo } from "../../../src/gen/google/rpc/error_details.js";
import { Status } from "../../../src/gen/google/rpc/status.js";
import {
  AuthorizationServiceService,
  type AuthorizeRequest,
  type AuthorizeResponse,
} from "../../../src/gen/pinmac/v1/authorization.js";
import {
  type ChangeKeyStateRequest,
  type ChangeKeyStateResponse,
  type ExportKeyRequest,
  type ExportKeyResponse,
  type GetKeyRequest,
  type GetKeyResponse,
  type ImportKeyRequest,
  type ImportKeyResponse,
  KeyServiceService,
  type ListKeysRequest,
  type ListKeysResponse,
} from "../../../src/gen/pinmac/v1/key.js";
import {
  type GenerateMacRequest,
  type GenerateMacResponse,
  MacServiceService,
  type VerifyMacRequest,
  type VerifyMacResponse,
} from "../../../src/gen/pinmac/v1/mac.js";
import {
  PinServiceService,
  type TranslatePinRequest,
  type TranslatePinResponse,
  type VerifyPinRequest,
  type VerifyPinResponse,
} from "../../../src/gen/pinmac/v1/pin.js";
import {
  type DeriveInitialKeyRequest,
  type DeriveInitialKeyResponse,
  type GetDeviceRequest,
  type GetDeviceResponse,
  type SignOnRequest,
  type SignOnResponse,
  TerminalServiceService,
} from "../../../src/gen/pinmac/v1/terminal.js";
import type { TestCertificate } from "../../support/certificates.js";

/** Every method of the API by its name, on one channel. */
export class TestClient {
  readonly raw: Client;

  constructor(port: number, channel: ChannelCredentials, options: ClientOptions = {}) {
    this.raw = new Client(`127.0.0.1:${port}`, channel, {
      "grpc.max_send_message_length": -1,
      // A test's own connection: otherwise grpc-js shares one among equal clients.
      "grpc.use_local_subchannel_pool": 1,
      // TLS forbids an address as a server name.
      "grpc.ssl_target_name_override": "localhost",
      ...options,
    });
  }

  readonly translatePin = (request: TranslatePinRequest, options?: CallOptions): Promise<TranslatePinResponse> =>
    this.call(PinServiceService.translatePin, request, options);
  readonly generateMac = (request: GenerateMacRequest, options?: CallOptions): Promise<GenerateMacResponse> =>
    this.call(MacServiceService.generateMac, request, options);
  readonly verifyMac = (request: VerifyMacRequest, options?: CallOptions): Promise<VerifyMacResponse> =>
    this.call(MacServiceService.verifyMac, request, options);
  readonly authorize = (request: AuthorizeRequest, options?: CallOptions): Promise<AuthorizeResponse> =>
    this.call(AuthorizationServiceService.authorize, request, options);
  readonly listKeys = (
    request: Omit<ListKeysRequest, "filter"> & Partial<ListKeysRequest>,
    options?: CallOptions,
  ): Promise<ListKeysResponse> => this.call(KeyServiceService.listKeys, { filter: undefined, ...request }, options);
  readonly getKey = (request: GetKeyRequest, options?: CallOptions): Promise<GetKeyResponse> =>
    this.call(KeyServiceService.getKey, request, options);
  readonly verifyPin = (request: VerifyPinRequest, options?: CallOptions): Promise<VerifyPinResponse> =>
    this.call(PinServiceService.verifyPin, request, options);
  readonly importKey = (request: ImportKeyRequest, options?: CallOptions): Promise<ImportKeyResponse> =>
    this.call(KeyServiceService.importKey, request, options);
  readonly exportKey = (request: ExportKeyRequest, options?: CallOptions): Promise<ExportKeyResponse> =>
    this.call(KeyServiceService.exportKey, request, options);
  readonly changeKeyState = (request: ChangeKeyStateRequest, options?: CallOptions): Promise<ChangeKeyStateResponse> =>
    this.call(KeyServiceService.changeKeyState, request, options);
  readonly signOn = (request: SignOnRequest, options?: CallOptions): Promise<SignOnResponse> =>
    this.call(TerminalServiceService.signOn, request, options);
  readonly deriveInitialKey = (request: DeriveInitialKeyRequest, options?: CallOptions): Promise<DeriveInitialKeyResponse> =>
    this.call(TerminalServiceService.deriveInitialKey, request, options);
  readonly getDevice = (request: GetDeviceRequest, options?: CallOptions): Promise<GetDeviceResponse> =>
    this.call(TerminalServiceService.getDevice, request, options);

  call<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = { deadline: Date.now() + 20_000 },
  ): Promise<Response> {
    return this.start(method, request, options).response;
  }

  /** As `call`, with the call itself, so that it can be cancelled. */
  start<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): { readonly call: ClientUnaryCall; readonly response: Promise<Response> } {
    const { promise, resolve, reject } = deferred<Response>();
    const call = this.raw.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      options,
      (error, response) => {
        if (error === null && response !== undefined) resolve(response);
        else reject(error ?? new Error("no response"));
      },
    );
    return { call, response: promise };
  }

  /** Sends bytes that need not be a message. */
  sendBytes(path: string, bytes: Buffer): Promise<Buffer> {
    const same = (value: Buffer): Buffer => value;
    return this.call({ path, requestStream: false, responseStream: false, ...byteCodec(same) }, bytes);
  }

  close(): void {
    this.raw.close();
  }
}

function byteCodec(same: (value: Buffer) => Buffer) {
  return { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** Channel credentials of a client, or of one without a certificate. */
export function clientCredentials(authority: Buffer, client?: TestCertificate): ChannelCredentials {
  return credentials.createSsl(authority, client?.privateKey ?? null, client?.certificate ?? null);
}

/** An error as a client library that knows rich errors sees it. */
export interface SeenError {
  readonly code: keyof typeof status;
  readonly details: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryMs: number | undefined;
  /** Everything that came over the wire, for searching it. */
  readonly wire: Buffer;
}

/** The error of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<SeenError> {
  try {
    await call;
  } catch (error) {
    return readError(error as ServiceError);
  }
  throw new Error("the call succeeded");
}

function readError(error: ServiceError): SeenError {
  const [trailer] = error.metadata?.get("grpc-status-details-bin") ?? [];
  const bytes = Buffer.isBuffer(trailer) ? trailer : Buffer.alloc(0);
  const { details, code, message } = Status.decode(bytes);
  if (bytes.length > 0 && (code !== error.code || message !== error.details)) throw new Error("two errors in one");
  const find = (type: string): Buffer | undefined =>
    details.find(({ typeUrl }) => typeUrl === `type.googleapis.com/google.rpc.${type}`)?.value;
  const info = find("ErrorInfo");
  const retry = find("RetryInfo");
  const { reason, domain, metadata } = info ? ErrorInfo.decode(info) : { reason: undefined, domain: undefined, metadata: {} };
  const delay = retry && RetryInfo.decode(retry).retryDelay;
  return {
    code: status[error.code] as keyof typeof status,
    details: error.details,
    reason,
    domain,
    metadata,
    retryMs: delay && Number(delay.seconds) * 1_000 + delay.nanos / 1_000_000,
    wire: Buffer.concat([Buffer.from(JSON.stringify(error.metadata?.toJSON() ?? {})), bytes, Buffer.from(error.details)]),
  };
}
