import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Channel, type ChannelCredentials, credentials, type ServiceError } from "@grpc/grpc-js";
import {
  AuthorizationServiceClient,
  type AuthorizeRequest,
  type AuthorizeResponse,
} from "../../../src/gen/pinmac/v1/authorization.js";
import { type GetKeyResponse, type Key, KeyServiceClient } from "../../../src/gen/pinmac/v1/key.js";
import { type GenerateMacRequest, type GenerateMacResponse, MacServiceClient } from "../../../src/gen/pinmac/v1/mac.js";
import { keyByName } from "./key-by-name.js";

/** A connection to pinmac: one channel for all its services. It connects with the first call, and again while nobody listens. */
export interface PinmacEndpoint {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  /** What every client of this endpoint is made with. */
  readonly options: { readonly channelOverride: Channel };
  close(): void;
}

/** The calls that the switch makes. They reject with the gRPC error. */
export interface PinmacClient {
  authorize(request: AuthorizeRequest): Promise<AuthorizeResponse>;
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

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

function promised<Response>(call: (done: Callback<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

/** The endpoint with the certificates in a folder: the authority's, and the client certificate of the switch. */
export async function openEndpoint(address: string, tlsFolder: string): Promise<PinmacEndpoint> {
  const [authority, key, certificate] = await Promise.all(
    ["ca.crt", "switch.key", "switch.crt"].map((name) => readFile(join(tlsFolder, name))),
  );
  const secured = credentials.createSsl(authority, key, certificate);
  const channel = new Channel(address, secured, CHANNEL_OPTIONS);
  return { address, credentials: secured, options: { channelOverride: channel }, close: () => channel.close() };
}

/** Clients of the three services. */
export function connectPinmac({ address, credentials: secured, options }: PinmacEndpoint): PinmacClient {
  const authorization = new AuthorizationServiceClient(address, secured, options);
  const macs = new MacServiceClient(address, secured, options);
  const keys = new KeyServiceClient(address, secured, options);
  return {
    authorize: (request) => promised((done) => authorization.authorize(request, done)),
    generateMac: (request) => promised((done) => macs.generateMac(request, done)),
    describeKey: async (name) => {
      const { key } = await promised<GetKeyResponse>((done) => keys.getKey({ key: keyByName(name) }, done));
      if (key === undefined) throw new Error("The service did not describe the key.");
      return key;
    },
  };
}
