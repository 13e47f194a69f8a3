import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ChannelCredentials, credentials, type ServiceError } from "@grpc/grpc-js";
import {
  AuthorizationServiceClient,
  type AuthorizeRequest,
  type AuthorizeResponse,
} from "../../../src/gen/pinmac/v1/authorization.js";
import { type GetKeyResponse, type Key, KeyServiceClient } from "../../../src/gen/pinmac/v1/key.js";
import { type GenerateMacRequest, type GenerateMacResponse, MacServiceClient } from "../../../src/gen/pinmac/v1/mac.js";
import { keyByName } from "./key-by-name.js";

/** Where pinmac listens, and how to prove who calls. */
export interface PinmacEndpoint {
  readonly address: string;
  readonly credentials: ChannelCredentials;
}

/** The calls that the switch makes. They reject with the gRPC error. */
export interface PinmacClient {
  authorize(request: AuthorizeRequest): Promise<AuthorizeResponse>;
  generateMac(request: GenerateMacRequest): Promise<GenerateMacResponse>;
  describeKey(name: string): Promise<Key>;
  close(): void;
}

/** The certificate names the host; TLS takes no IP address for a server name. */
export const CHANNEL_OPTIONS = { "grpc.ssl_target_name_override": "localhost" } as const;

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
  return { address, credentials: credentials.createSsl(authority, key, certificate) };
}

/** Clients of the three services. Channels connect with the first call. */
export function connectPinmac({ address, credentials: channel }: PinmacEndpoint): PinmacClient {
  const authorization = new AuthorizationServiceClient(address, channel, CHANNEL_OPTIONS);
  const macs = new MacServiceClient(address, channel, CHANNEL_OPTIONS);
  const keys = new KeyServiceClient(address, channel, CHANNEL_OPTIONS);
  return {
    authorize: (request) => promised((done) => authorization.authorize(request, done)),
    generateMac: (request) => promised((done) => macs.generateMac(request, done)),
    describeKey: async (name) => {
      const { key } = await promised<GetKeyResponse>((done) => keys.getKey({ key: keyByName(name) }, done));
      if (key === undefined) throw new Error("The service did not describe the key.");
      return key;
    },
    close: () => {
      for (const client of [authorization, macs, keys]) client.close();
    },
  };
}
