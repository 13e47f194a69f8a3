import type { CertificateFiles } from "../certificates.js";
import type { TokenPlace } from "../workers/bench-engine.js";

/** Where the measurement's token, keys, register and certificates are: everything a worker is told. */
export interface StreamSetup extends TokenPlace {
  /** Of everything that the server writes. */
  readonly directory: string;
  readonly register: string;
  readonly lanes: number;
  readonly tls: CertificateFiles;
}

/** What the client is told besides, once the servers listen. */
export interface StreamClientSetup extends StreamSetup {
  /** Of the server that keeps neither ledger nor audit log. */
  readonly plainPort: number;
  /** Of the one in the same process that keeps both. */
  readonly recordingPort: number;
  /** For how many seconds of a round transactions under the BDK are made ready. */
  readonly seconds: number;
}
