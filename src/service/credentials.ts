import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { ServerCredentials } from "@grpc/grpc-js";
import type { MutualTls } from "./server-options.js";
import { ServerStartError } from "./server-start-error.js";

/** TLS 1.3's suites, and those of TLS 1.2 with forward secrecy and authenticated encryption. */
const CIPHERS = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_AES_128_GCM_SHA256",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
].join(":");

/**
 * Server credentials that ask every client for a certificate of the given authorities.
 * @throws ServerStartError TLS_CREDENTIALS_INVALID
 */
export function createMutualTlsCredentials(tls: MutualTls): ServerCredentials {
  checkCredentials(tls);
  return new MutualTlsCredentials(tls);
}

/** `ServerCredentials.createSsl` cannot set the least TLS version; its base class can. */
class MutualTlsCredentials extends ServerCredentials {
  constructor(tls: MutualTls) {
    super(
      { requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2", ciphers: CIPHERS },
      { ca: tls.clientAuthorities, cert: tls.certificate, key: tls.privateKey },
    );
  }

  override _equals(other: ServerCredentials): boolean {
    return other === this;
  }
}

/** Node would take an empty list of authorities and a bad key silently and fail every handshake instead. */
function checkCredentials(tls: MutualTls): void {
  try {
    new X509Certificate(tls.clientAuthorities);
    createSecureContext({ ca: tls.clientAuthorities, cert: tls.certificate, key: tls.privateKey });
  } catch (error) {
    throw new ServerStartError("TLS_CREDENTIALS_INVALID", error);
  }
}
