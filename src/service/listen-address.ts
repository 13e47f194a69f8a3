import { BlockList, isIP } from "node:net";
import { ServerStartError } from "./server-start-error.js";

/** A literal address and a port to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{1,5})$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * Takes `127.0.0.1:50051` or `[::1]:50051`. Names are refused: what they mean is decided elsewhere.
 * @throws ServerStartError LISTEN_INVALID
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, portText] = HOST_AND_PORT.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = Number(portText);
  if (isIP(host) !== (bracketed === undefined ? 4 : 6) || port > 65_535) throw new ServerStartError("LISTEN_INVALID");
  return { host, port };
}

/** Whether only this machine can reach the address. */
export function isLoopback(address: ListenAddress): boolean {
  return LOOPBACK.check(address.host, isIP(address.host) === 6 ? "ipv6" : "ipv4");
}

/** The text form for grpc-js. */
export function formatListenAddress(address: ListenAddress): string {
  return isIP(address.host) === 6 ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
