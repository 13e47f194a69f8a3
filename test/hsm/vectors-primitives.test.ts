import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openNss } from "../support/nss.js";
import { openSoftHsm } from "../support/softhsm.js";
import { tokenSubject } from "../support/token-subject.js";
import type { TokenUnderTest } from "../support/token-under-test.js";
import { findVectorCheck } from "../support/vector-checks/index.js";
import { outOfScopeReason } from "../support/vector-scope.js";
import type { VectorSubject } from "../support/vector-subject.js";
import { loadVectors, VECTOR_FILES } from "../support/vectors.js";
import { AesDukptVectors } from "./support/aes-dukpt-vectors.js";

/** Two modules, nothing in common. NSS softoken enforces next to nothing: it stands for mechanisms, SoftHSM for rules too. */
const TOKENS = [
  ["softhsm", openSoftHsm],
  ["nss", openNss],
] as const;

/** Vectors run with keys in a token, by token and family. */
const counts = new Map<string, number>();
const count = (name: string): number => counts.set(name, (counts.get(name) ?? 0) + 1).size;

/** How many there were when this was written. */
const EXPECTED = {
  "aes-dukpt": 189,
  kcv: 17,
  "mac-cmac": 90,
  "mac-hmac": 50,
  "mac-iso9797": 25,
  "mac-regional": 3,
  "pin-blocks": 9,
  "pin-translate": 1,
  "tdes-dukpt": 31,
} as const;

afterAll(() => {
  for (const [name, vectors] of counts) process.stdout.write(`${name} ${vectors}\n`);
});

describe.each(TOKENS)("vectors in a token: %s", (name, open) => {
  let under: TokenUnderTest;
  let subject: VectorSubject;
  let aesDukpt: AesDukptVectors;
  /** Whether the vector at hand came to the token: some are of clear blocks or of padding, and prove nothing here. */
  let used = false;

  beforeAll(() => {
    under = open();
    subject = tokenSubject(under, () => {
      used = true;
    });
    aesDukpt = new AesDukptVectors(under);
  });
  afterAll(() => under.close());

  for (const file of VECTOR_FILES) {
    for (const entry of loadVectors(file).filter((each) => outOfScopeReason(each) === undefined)) {
      test(`${file} ${entry.id}`, () => {
        expect.hasAssertions();
        used = false;
        findVectorCheck(entry)?.(subject);
        if (used) count(`${name} ${file}`);
      });
    }
  }

  for (const entry of loadVectors("aes-dukpt")) {
    test(`aes-dukpt ${entry.id}`, () => {
      expect.hasAssertions();
      aesDukpt.check(entry);
      count(`${name} aes-dukpt`);
    });
  }

  test("as many were run as there were when this was written, or more", () => {
    for (const [file, least] of Object.entries(EXPECTED)) {
      expect(counts.get(`${name} ${file}`), file).toBeGreaterThanOrEqual(least);
    }
  });
});
