import type { SeenError } from "../../grpc/support/clients.js";

/** Everything that came over the wire with an error, but for HTTP's clock: what an attacker compares. */
export function wireOf(error: SeenError): string {
  const text = error.wire.toString("latin1");
  const undated = text.replace(/"date":\["[A-Za-z0-9 ,:]+ GMT"\]/, "");
  if (undated === text) throw new Error("The answer had no date: look at what it has.");
  return `${error.code} ${undated}`;
}
