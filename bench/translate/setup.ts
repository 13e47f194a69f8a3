/** Where the measurement's token, keys, register and certificates are: everything a worker is told. */
export interface TranslationSetup {
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pinFile: string;
  readonly register: string;
  readonly sourceKeyName: string;
  readonly targetKeyName: string;
  readonly lanes: number;
  /** PEM files. */
  readonly tls: {
    readonly authority: string;
    readonly serverCertificate: string;
    readonly serverKey: string;
    readonly clientCertificate: string;
    readonly clientKey: string;
  };
}

/** What the client is told besides, once the server listens. */
export interface ClientSetup extends TranslationSetup {
  readonly port: number;
}
