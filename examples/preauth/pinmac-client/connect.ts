import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Channel, type ChannelCredentials, credentials } from "@grpc/grpc-js";
import {
  AuthorizationServiceClient,
  type AuthorizeRequest,
  type AuthorizeResponse,
} from "../../../src/gen/pinmac/v1/authorization.js";
import { type GetKeyResponse, type Key, KeyServiceClient } from "../../../src/gen/pinmac/v1/key.js";
import { type GenerateMacRequest, type GenerateMacResponse, MacServiceClient } from "../../../src/gen/pinmac/v1/mac.js";
import { PinServiceClient, type TranslatePinRequest, type TranslatePinResponse } from "../../../src/gen/pinmac/v1/pin.js";
import { authorizeAll, type StreamRun } from "./authorize-all.js";
import { keyByName } from "./key-by-name.js";
import { promised } from "./promised.js";

/** A connection to pinmac: one channel for all its services. It connects with the first call, and again while nobody listens. */
export interface PinmacEndpoint {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  /** What every client of this endpoint is made with. */
  readonly options: { readonly channelOverride: Channel };
  close(): void;
}

/** The calls of the demo's callers. They reject with the gRPC error. */
export interface PinmacClient {
  authorize(request: AuthorizeRequest): Promise<AuthorizeResponse>;
  /** All of them through one stream, without waiting in between. */
  authorizeAll(requests: readonly AuthorizeRequest[]): Promise<StreamRun>;
  translatePin(request: TranslatePinRequest): Promise<TranslatePinResponse>;
  generateMac(request: GenerateMacRequest): Promise<GenerateMacResponse>;
  describeKey(name: string): Promise<Key>;
}

const CHANNEL_OPTIONS = {
  // The certificate names the host; TLS takes no IP address for a server name.
  "grpc.ssl_target_name_override": "localhost",
  // The server is still starting: try again soon.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 100,
};

/** The callers that set-up makes certificates for. */
export type Caller = "switch" | "operator";

/** The endpoint with the certificates in a folder: the authority's, and the client certificate of a caller. */
export async function openEndpoint(address: string, tlsFolder: string, caller: Caller): Promise<PinmacEndpoint> {
  const [authority, key, certificate] = await Promise.all(
    ["ca.crt", `${caller}.key`, `${caller}.crt`].map((name) => readFile(join(tlsFolder, name))),
  );
  const secured = credentials.createSsl(authority, key, certificate);
  const channel = new Channel(address, secured, CHANNEL_OPTIONS);
  return { address, credentials: secured, options: { channelOverride: channel }, close: () => channel.close() };
}

/** Clients of the four services. */
export function connectPinmac({ address, credentials: secured, options }: PinmacEndpoint): PinmacClient {
  const authorization = new AuthorizationServiceClient(address, secured, options);
  const pins = new PinServiceClient(address, secured, options);
  const macs = new MacServiceClient(address, secured, options);
  const keys = new KeyServiceClient(address, secured, options);
  return {
    authorize: (request) => promised((done) => authorization.authorize(request, done)),
    authorizeAll: (requests) => authorizeAll(authorization.authorizeStream(), requests),
    translatePin: (request) => promised((done) => pins.translatePin(request, done)),
    generateMac: (request) => promised((done) => macs.generateMac(request, done)),
    describeKey: async (name) => {
      const { key } = await promised<GetKeyResponse>((done) => keys.getKey({ key: keyByName(name) }, done));
      if (key === undefined) throw new Error("The service did not describe the key.");
      return key;
    },
  };
}
