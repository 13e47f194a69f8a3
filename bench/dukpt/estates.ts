import { countOneBits } from "../../src/dukpt/one-bits.js";

/** One transaction of a terminal. */
export interface Transaction {
  /** The terminal's number. */
  readonly device: number;
  readonly counter: number;
}

/** Transactions as they come in at a host. */
export type Estate = Iterator<Transaction, never>;

/** As many one-bits as the typical counter of a terminal in use. */
const TYPICAL_ONE_BITS = 5;
const COUNTER_BITS = 21;
/** TDES terminals skip counters with more one-bits. */
const MAX_ONE_BITS = 10;
/** A terminal's first counter of the measurement is at most this one: some have just been deployed, some have worked for years. */
const OLDEST_COUNTER = 100_000;

/** Every transaction is of a terminal never seen before, with five one-bits in its counter: nothing that is kept can help. */
export function* strangers(): Generator<Transaction, never> {
  for (let device = 0; ; device += 1) yield { device, counter: randomCounter(TYPICAL_ONE_BITS) };
}

/** So many terminals, each as busy as the others, each counting on from a counter of its own. */
export function* terminals(count: number): Generator<Transaction, never> {
  const counters = Array.from({ length: count }, () => randomBelow(OLDEST_COUNTER));
  for (;;) {
    const device = randomBelow(count);
    const counter = nextCounter(counters[device] ?? 0);
    counters[device] = counter;
    yield { device, counter };
  }
}

/** So many terminals from number `first` on, in turn: none has two transactions under way while fewer than all are. */
export function* terminalsInTurn(first: number, count: number): Generator<Transaction, never> {
  const counters = Array.from({ length: count }, () => randomBelow(OLDEST_COUNTER));
  for (let turn = 0; ; turn = (turn + 1) % count) {
    const counter = nextCounter(counters[turn] ?? 0);
    counters[turn] = counter;
    yield { device: first + turn, counter };
  }
}

function nextCounter(counter: number): number {
  let next = counter + 1;
  while (countOneBits(next) > MAX_ONE_BITS) next += 1;
  return next;
}

function randomCounter(oneBits: number): number {
  let counter = 0;
  while (countOneBits(counter) < oneBits) counter |= 1 << randomBelow(COUNTER_BITS);
  return counter;
}

function randomBelow(bound: number): number {
  return Math.floor(Math.random() * bound);
}
