import type { CertificateFiles } from "../certificates.js";

/** Where the measurement's token, keys, register and certificates are: everything a worker is told. */
export interface TranslationSetup {
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pinFile: string;
  readonly register: string;
  readonly sourceKeyName: string;
  readonly targetKeyName: string;
  readonly lanes: number;
  readonly tls: CertificateFiles;
}

/** What the client is told besides, once the server listens. */
export interface ClientSetup extends TranslationSetup {
  readonly port: number;
}
