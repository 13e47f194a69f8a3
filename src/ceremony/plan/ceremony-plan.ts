import type { z } from "zod";
import type { PLAN_SCHEMA } from "./plan-schema.js";

/** What a ceremony is to do, as its file says it. Only `parseCeremonyPlan` makes one: everything in it fits together. */
export type CeremonyPlan = DeepReadonly<z.output<typeof PLAN_SCHEMA>>;

export const CEREMONY_KINDS = [
  "found",
  "restore-master-key",
  "load-key",
  "generate-key",
  "import-key-block",
  "export-key-block",
  "rotate-key",
  "retire-key",
] as const satisfies readonly CeremonyPlan["ceremony"][];
export type CeremonyKind = (typeof CEREMONY_KINDS)[number];

/** The plan of one kind of ceremony. */
export type PlanOf<Kind extends CeremonyKind> = Extract<CeremonyPlan, { readonly ceremony: Kind }>;

/** Plans about the storage master key: their officers are named with the fingerprints of their keys. */
export type MasterKeyPlan = PlanOf<"found" | "restore-master-key">;

/** Plans that make a key. */
export type NewKeyPlan = PlanOf<"load-key" | "generate-key" | "rotate-key">;

type DeepReadonly<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly unknown[]
    ? { readonly [Index in keyof T]: DeepReadonly<T[Index]> }
    : { readonly [Name in keyof T]: DeepReadonly<T[Name]> };
