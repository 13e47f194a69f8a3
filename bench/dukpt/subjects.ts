import { BENCH_BDKS, type BenchBdk } from "./bdks.js";
import { type Estate, strangers, terminals } from "./estates.js";

/** What the rows of one kind of BDK and one kind of estate are called, and what they are made of. */
export interface DukptSubject {
  readonly name: string;
  readonly bdk: BenchBdk;
  readonly openEstate: () => Estate;
}

/** The name of the translation that all others are compared with. */
export const STATIC_SUBJECT = "static_tdes";

const ESTATES = [
  { name: "strangers", open: strangers },
  { name: "2000_terminals", open: () => terminals(2_000) },
  { name: "50_terminals", open: () => terminals(50) },
] as const;

/** Every kind of BDK with every kind of estate. */
export const DUKPT_SUBJECTS: readonly DukptSubject[] = BENCH_BDKS.flatMap((bdk) =>
  ESTATES.map((estate) => ({ name: `${bdk.name}_${estate.name}`, bdk, openEstate: estate.open })),
);
