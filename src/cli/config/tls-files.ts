import { z } from "zod";
import { resolveFrom } from "./paths.js";

const path = z.string({ error: "must be a path." }).min(1, "must not be empty.");

/** How mutual TLS stands in a configuration: PEM files. */
export const TLS_SCHEMA = z.strictObject({ certificate: path, privateKey: path, clientAuthorities: path });

/** The files of mutual TLS, absolute. */
export interface TlsFiles {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clientAuthorities: string;
}

/** With its paths made absolute. */
export function resolveTls(file: string, tls: TlsFiles): TlsFiles {
  return {
    certificate: resolveFrom(file, tls.certificate),
    privateKey: resolveFrom(file, tls.privateKey),
    clientAuthorities: resolveFrom(file, tls.clientAuthorities),
  };
}
