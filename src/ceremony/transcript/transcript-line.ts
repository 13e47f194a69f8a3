import { createHash } from "node:crypto";
import { z } from "zod";
import { MAX_PLAN_BYTES } from "../plan/parse-plan.js";
import { PARTS } from "../plan/plan-officers.js";
import { STEP_KINDS } from "../plan/step.js";
import { FACT } from "./fact.js";
import { STOP_CODES, STOP_REASONS, type StopReason } from "./stop-reason.js";

/** The form of the lines. A reader refuses any other number. */
export const TRANSCRIPT_FORMAT = 1;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const text = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
const place = { line: z.int().min(1), at: z.iso.datetime({ precision: 3 }), previous: hash };
const stop = {
  reason: z.enum(Object.keys(STOP_REASONS) as [StopReason, ...StopReason[]]),
  code: z
    .string()
    .refine((code) => STOP_CODES.has(code))
    .optional(),
};

const outcome = z.discriminatedUnion("result", [
  z.strictObject({ result: z.literal("done") }),
  z.strictObject({ result: z.literal("refused"), ...stop }),
  z.strictObject({ result: z.literal("aborted"), ...stop }),
]);

/** How a step went: done; refused, to be tried again; or aborted, and the ceremony with it. */
export type StepOutcome = z.output<typeof outcome>;

/** Why a ceremony ended before its end. */
export type Stop = Omit<Extract<StepOutcome, { result: "aborted" }>, "result">;

const content = z.discriminatedUnion("kind", [
  z.strictObject({
    ...place,
    kind: z.literal("opened"),
    format: z.literal(TRANSCRIPT_FORMAT),
    pinmac: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[a-z0-9.]{1,20})?$/),
    plan: z.strictObject({ digest: hash, text: z.string().max(MAX_PLAN_BYTES) }),
    token: z.strictObject({ label: text(32), serial: text(16), description: text(160) }),
    directory: z.strictObject({ entry: z.int().min(0), hash }),
  }),
  z.strictObject({
    ...place,
    kind: z.literal("step"),
    step: z.int().min(1),
    work: z.enum(STEP_KINDS),
    title: text(1_200),
    part: z.enum(PARTS),
    component: z.int().min(1).max(16).optional(),
    officer: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    publicKey: hash.nullable(),
    outcome,
    facts: z.array(FACT).max(64),
  }),
  z.strictObject({ ...place, kind: z.literal("completed") }),
  z.strictObject({ ...place, kind: z.literal("aborted"), ...stop }),
]);

/** What a line says. */
export type LineContent = z.output<typeof content>;
export type LineKind = LineContent["kind"];
export type LineOf<Kind extends LineKind> = Extract<LineContent, { readonly kind: Kind }>;

/** Where a transcript stands: the number of the last line, and its hash (32 bytes). */
export interface TranscriptHead {
  readonly line: number;
  readonly hash: Buffer;
}

/** Before the first line. */
export const TRANSCRIPT_START: TranscriptHead = { line: 0, hash: Buffer.alloc(32) };

const DOMAINS = {
  step: Buffer.from("pinmac ceremony step v1\0", "ascii"),
  end: Buffer.from("pinmac ceremony transcript v1\0", "ascii"),
} as const;

/**
 * Canonical JSON: members in the schema's order, and nothing that it does not know.
 * @throws ZodError when something is not allowed there
 */
export function writeContent(line: LineContent): string {
  return JSON.stringify(content.parse(line));
}

function chainHash(previous: string, body: string): Buffer {
  return createHash("sha256").update(Buffer.from(previous, "hex")).update(body).digest();
}

/** What the officer of a step signs, and, of the last line, the token. */
export function signedMessage(line: LineContent): Buffer {
  const domain = line.kind === "step" ? DOMAINS.step : DOMAINS.end;
  return Buffer.concat([domain, chainHash(line.previous, writeContent(line))]);
}

/** A line with its signature and its hash, which covers the signature. */
export interface WrittenLine {
  /** With its newline. */
  readonly text: string;
  readonly hash: Buffer;
}

/** @param signature 64 bytes, or none */
export function writeLine(line: LineContent, signature: Buffer | undefined): WrittenLine {
  const proof = signature === undefined ? "null" : `"${signature.toString("hex")}"`;
  const body = `${writeContent(line).slice(0, -1)},"signature":${proof}}`;
  const digest = chainHash(line.previous, body);
  return { text: `${body.slice(0, -1)},"hash":"${digest.toString("hex")}"}\n`, hash: digest };
}

/** A line as it was read: its form is checked, nothing else. */
export interface ReadLine {
  readonly content: LineContent;
  readonly signature: Buffer | undefined;
  /** As the line says. */
  readonly hash: Buffer;
  /** Whether the hash is that of the line. */
  readonly intact: boolean;
}

const proofs = z.looseObject({
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .nullable(),
  hash,
});

/** @param text without its newline. @returns undefined when it is not a line in the one form in which it is written */
export function readLine(text: string): ReadLine | undefined {
  try {
    const { signature: proof, hash: stated, ...others } = proofs.parse(JSON.parse(text));
    const line = content.parse(others);
    const signature = proof === null ? undefined : Buffer.from(proof, "hex");
    const written = writeLine(line, signature);
    const isCanonical = `${text}\n`.replace(/"[0-9a-f]{64}"\}\n$/, "") === written.text.replace(/"[0-9a-f]{64}"\}\n$/, "");
    if (!isCanonical) return undefined;
    return { content: line, signature, hash: Buffer.from(stated, "hex"), intact: written.hash.toString("hex") === stated };
  } catch {
    return undefined;
  }
}
