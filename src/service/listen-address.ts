import { BlockList, isIP } from "node:net";
import { ServerStartError } from "./server-start-error.js";

/** A literal address and a port to listen on. */
export interface ListenAddress {
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
}

const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{1,5})$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * Takes `127.0.0.1:50051` or `[::1]:50051`; port 0 lets the system choose. Anything else gives nothing; names too: what they mean is
 * decided elsewhere.
 */
export function readListenAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain, portText] = HOST_AND_PORT.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = Number(portText);
  if (isIP(host) !== (bracketed === undefined ? 4 : 6) || port > 65_535) return undefined;
  return { host, port };
}

/**
 * As `readListenAddress`.
 * @throws ServerStartError LISTEN_INVALID
 */
export function parseListenAddress(text: string): ListenAddress {
  const address = readListenAddress(text);
  if (address === undefined) throw new ServerStartError("LISTEN_INVALID");
  return address;
}

/** Whether only this machine can reach the address: 127.0.0.0/8 or ::1. */
export function isLoopback(address: ListenAddress): boolean {
  return LOOPBACK.check(address.host, isIP(address.host) === 6 ? "ipv6" : "ipv4");
}

/** The text form for grpc-js. */
export function formatListenAddress(address: ListenAddress): string {
  return isIP(address.host) === 6 ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
