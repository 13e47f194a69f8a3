import { describe, expect, it } from "vitest";
import type { SecretBytes } from "../../src/base/index.js";
import { parseTdesKsn } from "../../src/dukpt/index.js";
import { withOneDerivation, withTransactionKey } from "../../src/engine/transaction-key.js";
import { softwareTdes } from "../support/software-cipher.js";

const KSN = parseTdesKsn(Buffer.from("FFFF9876543210E00007", "hex"));
const NEXT_KSN = parseTdesKsn(Buffer.from("FFFF9876543210E00008", "hex"));

/** A BDK that counts how often an initial key is derived from it. */
function countingBdk(fill: number) {
  const bdk = softwareTdes(Buffer.alloc(16, fill));
  const variant = softwareTdes(Buffer.alloc(16, fill + 1));
  let derivations = 0;
  return {
    bdk: {
      ...bdk,
      encryptEcb: (block: Buffer) => {
        derivations += 1;
        return bdk.encryptEcb(block);
      },
    },
    variant,
    get derivations() {
      return derivations;
    },
  };
}

const copyOf = (key: SecretBytes): string => Buffer.from(key.expose()).toString("hex");

describe("the key of a transaction", () => {
  it("is derived once for all steps of one command, and the same as for each alone", () => {
    const bdk = countingBdk(1);
    const alone = withTransactionKey(bdk, KSN, copyOf);
    const together = withOneDerivation(() => [1, 2, 3].map(() => withTransactionKey(bdk, KSN, copyOf)));
    expect(together).toEqual([alone, alone, alone]);
    expect(bdk.derivations).toBe(2);
  });

  it("is another one under another KSN or another BDK", () => {
    const [one, other] = [countingBdk(1), countingBdk(3)];
    const keys = withOneDerivation(() => [
      withTransactionKey(one, KSN, copyOf),
      withTransactionKey(one, NEXT_KSN, copyOf),
      withTransactionKey(other, KSN, copyOf),
    ]);
    expect(new Set(keys).size).toBe(3);
  });

  it("is wiped after its work when it stands alone, and at the end of the command", () => {
    const bdk = countingBdk(1);
    const seen: SecretBytes[] = [];
    const note = (key: SecretBytes) => seen.push(key);
    withTransactionKey(bdk, KSN, note);
    withOneDerivation(() => {
      withTransactionKey(bdk, KSN, note);
      withTransactionKey(bdk, NEXT_KSN, note);
      expect(copyOf(seen[1] as SecretBytes)).not.toBe("00".repeat(16));
    });
    expect(seen.map(copyOf)).toEqual(seen.map(() => "00".repeat(16)));
  });

  it("is wiped, and serves no further command, when a step throws", () => {
    const bdk = countingBdk(1);
    let seen: SecretBytes | undefined;
    expect(() =>
      withOneDerivation(() =>
        withTransactionKey(bdk, KSN, (key) => {
          seen = key;
          throw new Error("a step");
        }),
      ),
    ).toThrow("a step");
    expect(seen && copyOf(seen)).toBe("00".repeat(16));
    withTransactionKey(bdk, KSN, () => undefined);
    expect(bdk.derivations).toBe(2);
  });
});
