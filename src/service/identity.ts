import type { PeerCertificate } from "node:tls";
import type { ServerUnaryCall } from "@grpc/grpc-js";

/** The longest identity that is written to the log. */
const MAX_LENGTH = 256;

/** What has been authenticated: a call, or a stream of them. */
export type Authenticated = Pick<ServerUnaryCall<unknown, unknown>, "getAuthContext">;

const certificates = new WeakMap<Authenticated, { readonly certificate: PeerCertificate | undefined }>();

/**
 * The client's certificate, which TLS has verified; undefined without TLS. Node puts it together anew whenever it is asked, at a cost that
 * shows; it never changes within a call or a stream.
 */
export function peerCertificateOf(call: Authenticated): PeerCertificate | undefined {
  const known = certificates.get(call);
  if (known !== undefined) return known.certificate;
  const certificate = call.getAuthContext().sslPeerCertificate;
  certificates.set(call, { certificate });
  return certificate;
}

/**
 * Who calls: the client certificate's alternative names as Node prints them (`URI:spiffe://…, DNS:switch-1`), else its common
 * name, else `anonymous` (insecure loopback).
 */
export function callerOf(call: Authenticated): string {
  const certificate = peerCertificateOf(call);
  if (certificate === undefined) return "anonymous";
  return (certificate.subjectaltname ?? commonName(certificate)).slice(0, MAX_LENGTH);
}

function commonName(certificate: PeerCertificate): string {
  const name: string | readonly string[] | undefined = certificate.subject?.CN;
  return typeof name === "string" ? `CN:${name}` : "unnamed";
}
