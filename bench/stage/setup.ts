import type { CertificateFiles } from "./certificates.js";

/** Where a measurement's token is. A process that opens it is started with the module's environment. */
export interface TokenPlace {
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pinFile: string;
}

/** One server of a measurement: the product's own, on lanes of its own. */
export interface ServerSetup extends TokenPlace {
  /** Of the module, for the lanes. */
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  /** Of everything that the server writes. */
  readonly directory: string;
  readonly register: string;
  readonly tls: CertificateFiles;
  readonly lanes: number;
  /** Unwrapped keys that each lane keeps. */
  readonly keyCacheSize: number;
  /** Whether KSNs are spent. */
  readonly ledger: boolean;
  /** Whether calls are recorded. */
  readonly audit: boolean;
  /** How long a call of the token takes, in milliseconds; 0: as long as it takes. */
  readonly tokenDelay: number;
  /** Whether the delay of the front's event loop is watched, which costs a timer each millisecond. */
  readonly watchEventLoop: boolean;
}

/** What a server has used since it started. */
export interface ServerUsage {
  /** CPU time of the front and of its lanes together, in microseconds. */
  readonly frontCpu: number;
  readonly laneCpu: number;
  /** Resident memory of the front and of its lanes together, in bytes. */
  readonly frontMemory: number;
  readonly laneMemory: number;
  /** How late the event loop of the front was since the usage was asked for the last time, in milliseconds, 99 of 100 times at most. */
  readonly eventLoopP99: number;
}
