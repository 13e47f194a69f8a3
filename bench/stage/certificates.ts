import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestAuthority } from "../../test/support/certificates.js";

/** PEM files. */
export interface CertificateFiles {
  readonly authority: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** Makes an authority, and a certificate for the server and one for the client, in `directory`. */
export function writeCertificates(directory: string): CertificateFiles {
  const authority = createTestAuthority("pinmac bench authority");
  const server = authority.issueServer();
  const client = authority.issueClient("bench");
  const write = (name: string, pem: Buffer): string => {
    const file = join(directory, name);
    writeFileSync(file, pem, { mode: 0o600 });
    return file;
  };
  return {
    authority: write("ca.crt", authority.certificate),
    serverCertificate: write("server.crt", server.certificate),
    serverKey: write("server.key", server.privateKey),
    clientCertificate: write("client.crt", client.certificate),
    clientKey: write("client.key", client.privateKey),
  };
}
