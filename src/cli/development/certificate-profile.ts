/** How long development certificates last: the most that common TLS clients accept. */
export const VALID_DAYS = 825;

/** They are made anew when less than this is left. */
export const RENEW_DAYS = 30;

/** A certificate under the development authority. */
export interface LeafProfile {
  /** Of its two files, and its common name. */
  readonly name: string;
  readonly purpose: "server" | "client";
}

/** The certificate of the service on this machine, and those of two callers. */
export const LEAVES: readonly LeafProfile[] = [
  { name: "server", purpose: "server" },
  { name: "switch", purpose: "client" },
  { name: "operator", purpose: "client" },
];

/** What the service is called on this machine. */
export const SERVER_NAMES = { dns: ["localhost"], ip: ["127.0.0.1", "::1"] } as const;
