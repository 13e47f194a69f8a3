import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { ListenAddress } from "../listen-address.js";
import { ServerStartError } from "../server-start-error.js";
import { METRICS_CONTENT_TYPE } from "./exposition.js";

/** How metrics are served. */
export interface MetricsServerOptions {
  readonly listen: ListenAddress;
  /** Mutual TLS, in PEM; without it, plain text. Who may not read it in plain text is decided before. */
  readonly tls?: { readonly certificate: Buffer; readonly privateKey: Buffer; readonly clientAuthorities: Buffer };
  /** The text to be served. Asked anew for each request. */
  readonly text: () => Promise<string>;
}

/** A listener for metrics. */
export interface MetricsServer {
  readonly port: number;
  /** Ends it, with the requests that it has. */
  close(): Promise<void>;
}

/** Who scrapes is one or two; more connections at once are none of theirs. */
const MAX_CONNECTIONS = 16;
const REQUEST_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 8_192;

/**
 * Serves GET /metrics and nothing else. One request a connection, which has a few seconds: nobody holds this process up from here.
 * @throws ServerStartError METRICS_LISTEN_FAILED, TLS_CREDENTIALS_INVALID
 */
export async function startMetricsServer({ listen, tls, text }: MetricsServerOptions): Promise<MetricsServer> {
  const server = createListener(tls, (request, response) => {
    answer(request, response, text).catch(() => fail(response));
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.maxRequestsPerSocket = 1;
  // Of TLS: also who finishes no handshake has his time.
  server.setTimeout(REQUEST_TIMEOUT_MS, (socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new ServerStartError("METRICS_LISTEN_FAILED", cause)));
    server.listen(listen.port, listen.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : listen.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createListener(
  tls: MetricsServerOptions["tls"],
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const bounds = {
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAlive: false,
  };
  if (tls === undefined) return createServer(bounds, listener);
  try {
    const { certificate: cert, privateKey: key, clientAuthorities: ca } = tls;
    const mutual = { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" } as const;
    return createTlsServer({ ...bounds, ...mutual, handshakeTimeout: REQUEST_TIMEOUT_MS }, listener);
  } catch (cause) {
    throw new ServerStartError("TLS_CREDENTIALS_INVALID", cause);
  }
}

async function answer({ method, url }: IncomingMessage, response: ServerResponse, text: () => Promise<string>): Promise<void> {
  response.setHeader("Connection", "close");
  if (url !== "/metrics") {
    response.writeHead(404).end();
  } else if (method !== "GET") {
    response.writeHead(405, { Allow: "GET" }).end();
  } else {
    const body = await text();
    response.writeHead(200, { "Content-Type": METRICS_CONTENT_TYPE, "Cache-Control": "no-store" }).end(body);
  }
}

/** Without a word of why: an error's text may say anything. */
function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500).end();
}
