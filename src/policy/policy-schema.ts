import { z } from "zod";
import { parseInstant } from "../base/index.js";
import { parseIdentity } from "./identity.js";
import { parseKeyPattern } from "./key-pattern.js";
import { OPERATION_SLOTS, type PolicyOperation } from "./operations.js";

const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** Of a group or a grant. */
const name = z
  .string({ error: "must be a name." })
  .regex(NAME, "must be a name: 1 to 64 of a-z, 0-9, '.', '-', '_', beginning and ending with a letter or digit.");

const identity = z.string({ error: "must be an identity." }).transform((text, context) => {
  const parsed = parseIdentity(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "must be uri:…, dns:… (without wildcards), subject:… or anonymous." });
  return z.NEVER;
});

const pattern = z.string({ error: "must be the name of a key or a pattern." }).transform((text, context) => {
  const parsed = parseKeyPattern(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "can match no key: give a key's name, or a folder followed by /* or /**." });
  return z.NEVER;
});

const instant = z.string({ error: "must be an instant." }).transform((text, context) => {
  const seconds = parseInstant(text);
  if (seconds !== undefined) return seconds;
  context.addIssue({ code: "custom", message: "must be an instant in UTC, such as 2026-12-31T23:59:59Z." });
  return z.NEVER;
});

const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item, { error: "must be a list." }).min(1, "must not be empty: leave it out, or say what it is for.");

const slots = (operation: PolicyOperation) =>
  z
    .strictObject(Object.fromEntries(OPERATION_SLOTS[operation].map((slot) => [slot, listOf(pattern)])), {
      error: (issue) =>
        issue.code === "invalid_type"
          ? `must give ${OPERATION_SLOTS[operation].join(" and ")}, each a list of keys.`
          : undefined,
    })
    .optional();

/** Spelled out, so that each operation's type is its own. */
const operations = z.strictObject(
  Object.fromEntries(
    (Object.keys(OPERATION_SLOTS) as PolicyOperation[]).map((operation) => [operation, slots(operation)]),
  ) as Record<PolicyOperation, ReturnType<typeof slots>>,
  { error: (issue) => (issue.code === "invalid_type" ? "must be operations with their keys." : undefined) },
);

const grant = z.strictObject({
  name,
  description: z.string({ error: "must be a text." }).optional(),
  identities: listOf(z.string({ error: "must be an identity or the name of a group." })),
  operations,
  notBefore: instant.optional(),
  notAfter: instant.optional(),
});

/** A policy file, format 1. What fits together in it is checked apart. */
export const policySchema = z.strictObject({
  version: z.literal(1, { error: "must be 1." }),
  groups: z.record(name, listOf(identity), { error: "must be groups, each a list of identities." }).default({}),
  grants: z.array(grant, { error: "must be a list of grants." }),
});

/** What the schema makes of a file. */
export type PolicyDocument = z.output<typeof policySchema>;
/** One of its grants. */
export type GrantDocument = PolicyDocument["grants"][number];
