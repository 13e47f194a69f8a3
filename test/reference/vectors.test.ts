import { describe, expect, it } from "vitest";
import { productSubject, softwareCiphers } from "../support/product-subject.js";
import { findVectorCheck } from "../support/vector-checks/index.js";
import { outOfScopeReason } from "../support/vector-scope.js";
import { loadVectors, VECTOR_FILES } from "../support/vectors.js";
import { referenceSubject } from "./index.js";

const SUBJECTS = [referenceSubject, productSubject("product in software", softwareCiphers)];

describe.each(SUBJECTS)("vectors against the $name", (subject) => {
  for (const file of VECTOR_FILES) {
    const entries = loadVectors(file).filter((entry) => outOfScopeReason(entry) === undefined);
    for (const entry of entries) {
      it(`${file} ${entry.id}`, () => {
        const check = findVectorCheck(entry);
        if (check === undefined) throw new Error("in scope, but nothing checks it");
        expect.hasAssertions();
        check(subject);
      });
    }
  }
});

describe.each(VECTOR_FILES)("the vectors of %s", (file) => {
  it("are each either run or listed as out of scope", () => {
    const entries = loadVectors(file);
    const run = entries.filter((entry) => outOfScopeReason(entry) === undefined);
    for (const entry of run) expect(findVectorCheck(entry), `${entry.id} has no check and no reason`).toBeDefined();
    const listed = entries.filter((entry) => outOfScopeReason(entry) !== undefined);
    process.stdout.write(`${file}: ${run.length} run, ${listed.length} run elsewhere or not offered\n`);
    expect(run.length + listed.length).toBe(entries.length);
    expect(entries.length).toBeGreaterThan(0);
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });
});
