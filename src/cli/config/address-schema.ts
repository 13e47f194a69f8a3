import { z } from "zod";
import { type ListenAddress, parseListenAddress } from "./listen-address.js";

/** A literal address and a port. */
export const ADDRESS_SCHEMA = z.string({ error: "must be host:port." }).transform((text, context): ListenAddress => {
  const parsed = parseListenAddress(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({
    code: "custom",
    message: "must be a literal address and a port, such as 127.0.0.1:50051 or [::1]:50051.",
  });
  return z.NEVER;
});
