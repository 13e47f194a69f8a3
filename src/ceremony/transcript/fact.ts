import { createHash } from "node:crypto";
import { z } from "zod";
import { MECHANISMS, type MechanismName } from "../../hsm/cryptoki.js";
import {
  CHECK_VALUE_METHODS,
  ENVIRONMENTS,
  EXPORTABILITIES,
  isKeyName,
  KEY_ALGORITHMS,
  KEY_USAGES,
  MODES_OF_USE,
} from "../../keyblock/index.js";
import { OFFICER_ROLES } from "../../officers/index.js";
import { MAX_TRIES, TRIED_THINGS, type TriedThing } from "../terminal/index.js";

const printable = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
const count = (most: number) => z.int().min(1).max(most);

/** SHA-256 in hex. Only `digestOf` makes one: no component, which may be as long, can be given in its place. */
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<"TranscriptDigest">();
export type TranscriptDigest = z.output<typeof digest>;

/** The digest of what lies elsewhere: a key block, a statement. */
export function digestOf(bytes: Buffer): TranscriptDigest {
  return digest.parse(createHash("sha256").update(bytes).digest("hex"));
}

/** Never more than is published of a key: 3 bytes, 5 of a CMAC. */
const checkValue = z
  .strictObject({ method: z.enum(CHECK_VALUE_METHODS), value: z.string().regex(/^(?:[0-9A-F]{6}|[0-9A-F]{10})$/) })
  .refine(({ method, value }) => value.length === (method === "AES_CMAC" ? 10 : 6));

const keyName = z.string().refine(isKeyName);
const officerName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);
const USES = ["encrypt", "decrypt", "wrap", "unwrap", "sign", "verify", "derive"] as const;
const mechanisms = z.enum(Object.keys(MECHANISMS) as [MechanismName, ...MechanismName[]]);

/**
 * What a step may say, and nothing else: this is the allow-list of the transcript. There is no field that a key, a component, a PIN or a
 * passphrase would fit in.
 */
export const FACT = z.discriminatedUnion("fact", [
  z.strictObject({ fact: z.literal("confirmed"), what: z.enum(["plan", "token", "name", "statement", "presence"]) }),
  z.strictObject({
    fact: z.literal("refusedTry"),
    what: z.enum(Object.keys(TRIED_THINGS) as [TriedThing, ...TriedThing[]]),
    officer: officerName.optional(),
    number: count(MAX_TRIES),
  }),
  z.strictObject({
    fact: z.literal("token"),
    label: printable(32),
    serial: printable(16),
    description: printable(160),
  }),
  z.strictObject({
    fact: z.literal("checkValue"),
    of: z.enum(["component", "share", "key"]),
    number: count(16).optional(),
    checkValue,
  }),
  z.strictObject({ fact: z.literal("printed"), of: z.enum(["component", "share"]), number: count(16) }),
  z.strictObject({
    fact: z.literal("attributes"),
    object: keyName,
    sensitive: z.boolean(),
    extractable: z.boolean(),
    modifiable: z.boolean(),
    copyable: z.boolean(),
    uses: z.array(z.enum(USES)).max(USES.length),
    mechanisms: z.array(mechanisms).max(8),
  }),
  z.strictObject({
    fact: z.literal("key"),
    id: z.uuid(),
    name: keyName,
    version: count(0xffff_ffff),
    usage: z.enum(KEY_USAGES),
    algorithm: z.enum(KEY_ALGORITHMS),
    length: count(64),
    mode: z.enum(MODES_OF_USE),
    exportability: z.enum(EXPORTABILITIES),
    environment: z.enum(ENVIRONMENTS),
    checkValue,
  }),
  z.strictObject({
    fact: z.literal("keyState"),
    name: keyName,
    version: count(0xffff_ffff),
    state: z.enum(["pending", "active", "suspended", "retired", "destroyed"]),
  }),
  z.strictObject({ fact: z.literal("keyBlock"), digest }),
  z.strictObject({ fact: z.literal("statement"), digest }),
  z.strictObject({
    fact: z.literal("enrolled"),
    name: officerName,
    roles: z.array(z.enum(OFFICER_ROLES)).min(1).max(2),
  }),
  z.strictObject({ fact: z.literal("directory"), entry: count(1_000_000) }),
]);

/** One thing that a step found or did. */
export type Fact = z.output<typeof FACT>;
