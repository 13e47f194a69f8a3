import { z } from "zod";
import { DIGEST_PURPOSES } from "../../audit/index.js";
import { resolveFrom } from "./paths.js";

const whole = (least: number, most: number) =>
  z
    .int({ error: `must be a whole number from ${least} to ${most}.` })
    .min(least, `must be at least ${least}.`)
    .max(most, `must be at most ${most}.`);

/** How the audit log stands in a server's configuration. */
export const AUDIT_SCHEMA = z.strictObject({
  directory: z.string({ error: "must be a path." }).min(1, "must not be empty."),
  checkpointEverySeconds: whole(1, 3_600).default(60),
  checkpointEveryRecords: whole(1, 1_000_000).default(1_000),
  rotateEverySeconds: whole(60, 31_536_000).default(86_400),
  rotateEveryBytes: whole(65_536, 4_294_967_296).default(67_108_864),
  digests: z
    .array(z.enum(DIGEST_PURPOSES, { error: `must be of ${DIGEST_PURPOSES.join(", ")}.` }))
    .default([...DIGEST_PURPOSES]),
});

/** Where the audit log is, absolute, and how it is kept. */
export type AuditSettings = Readonly<z.output<typeof AUDIT_SCHEMA>>;

/** With its directory made absolute. */
export function resolveAudit(file: string, audit: AuditSettings | undefined): { readonly audit?: AuditSettings } {
  return audit === undefined ? {} : { audit: { ...audit, directory: resolveFrom(file, audit.directory) } };
}
