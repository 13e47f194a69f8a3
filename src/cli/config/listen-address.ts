import { BlockList, isIP } from "node:net";

/** Where the service listens: a literal address, because what a name means is decided elsewhere. */
export interface ListenAddress {
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{1,5})$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Takes `127.0.0.1:50051` or `[::1]:50051`; port 0 lets the system choose. Anything else gives nothing. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = ADDRESS.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = Number(digits);
  if (isIP(host) !== (bracketed === undefined ? 4 : 6) || port > 65_535) return undefined;
  return { host, port };
}

/** The text form. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach it: 127.0.0.0/8 or ::1. */
export function isLoopback({ host }: ListenAddress): boolean {
  return LOOPBACK.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}
