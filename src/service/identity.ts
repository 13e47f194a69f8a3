import type { PeerCertificate } from "node:tls";
import type { ServerUnaryCall } from "@grpc/grpc-js";

/** The longest identity that is written to the log. */
const MAX_LENGTH = 256;

/**
 * Who calls: the client certificate's alternative names as Node prints them (`URI:spiffe://…, DNS:switch-1`), else its common
 * name, else `anonymous` (insecure loopback).
 */
export function callerOf(call: Pick<ServerUnaryCall<unknown, unknown>, "getAuthContext">): string {
  const certificate = call.getAuthContext().sslPeerCertificate;
  if (certificate === undefined) return "anonymous";
  return (certificate.subjectaltname ?? commonName(certificate)).slice(0, MAX_LENGTH);
}

function commonName(certificate: PeerCertificate): string {
  const name: string | readonly string[] | undefined = certificate.subject?.CN;
  return typeof name === "string" ? `CN:${name}` : "unnamed";
}
