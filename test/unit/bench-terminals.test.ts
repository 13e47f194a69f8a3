import { describe, expect, it } from "vitest";
import { terminalsInTurn } from "../../bench/dukpt/estates.js";
import { TdesTerminals } from "../../bench/dukpt/tdes-terminals.js";
import { deriveTdesInitialKey, deriveTdesTransactionKey, deriveTdesWorkingKey, parseTdesKsn } from "../../src/dukpt/index.js";
import { softwareDes, softwareTdes } from "../support/software-cipher.js";

const BDK = Buffer.from("0123456789abcdeffedcba9876543210", "hex");
const VARIANT = Buffer.from(BDK.map((byte, index) => (index % 8 < 4 ? byte ^ 0xc0 : byte)));

describe("the benchmark's terminals", () => {
  it("come to the same keys as the whole derivation, however their counters rise", () => {
    const terminals = new TdesTerminals(BDK);
    const estate = terminalsInTurn(7, 20);
    for (let count = 0; count < 400; count += 1) {
      const { ksn, workingKey } = terminals.open(estate.next().value);
      const parsed = parseTdesKsn(ksn);
      const initialKey = deriveTdesInitialKey(softwareTdes(BDK), softwareTdes(VARIANT), parsed);
      const transactionKey = deriveTdesTransactionKey(initialKey, parsed, softwareDes);
      for (const use of ["pin", "macRequest"] as const) {
        expect(workingKey(use).expose()).toEqual(deriveTdesWorkingKey(transactionKey, use).expose());
      }
    }
  });

  it("count on from transaction to transaction", () => {
    const estate = terminalsInTurn(0, 3);
    const counters = new Map<number, number>();
    for (let count = 0; count < 300; count += 1) {
      const { device, counter } = estate.next().value;
      expect(counter).toBeGreaterThan(counters.get(device) ?? -1);
      counters.set(device, counter);
    }
    expect(counters.size).toBe(3);
  });
});
