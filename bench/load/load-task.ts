/** What a request asks for. */
export interface Traffic {
  /** The translation alone; or the terminal's MAC verified, the translation, a MAC for the next party. */
  readonly steps: "translate" | "authorize";
  /** Static keys; a TDES BDK with rising KSNs; or sealed PIN keys in the requests, of the records in a file. */
  readonly terminalKeys: "static" | "dukpt" | KeyRecords;
}

/** Sealed keys with a PIN block under each, as `bench/keys` keeps them. */
export interface KeyRecords {
  /** Files of records, in their order. */
  readonly files: readonly string[];
  readonly recordsPerFile: number;
  readonly recordLength: number;
  /** How many of them are used, from the first on. */
  readonly count: number;
  /** Where to begin. Two that begin half the records apart meet only after half a turn. */
  readonly begin: number;
  /** Whether a request carries the sealed key, or its name. */
  readonly reference: "sealedKey" | "name";
}

/** When requests go out: a window that is always full, or a rate that is kept whatever the answers do. */
export type Pattern =
  | { readonly kind: "closed"; readonly window: number }
  | { readonly kind: "open"; readonly perSecond: number };

/** A load on one server. */
export interface LoadTask {
  readonly port: number;
  readonly line: "unary" | "stream";
  readonly traffic: Traffic;
  /** Whether the requests go to the server's echo, which sends them back unread. */
  readonly echo: boolean;
  readonly pattern: Pattern;
  readonly seconds: number;
}

/** What a load gave. */
export interface LoadResult {
  readonly answers: number;
  readonly perSecond: number;
  /** Milliseconds. Closed: from sending a request to its answer. Open: from when the request was to be sent, whenever it was. */
  readonly p50: number;
  readonly p99: number;
  /** Every single latency in milliseconds; of an open loop only. */
  readonly latencies?: readonly number[];
  /** CPU time of the client while it lasted, in microseconds. */
  readonly clientCpu: number;
}
