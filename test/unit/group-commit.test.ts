import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GroupCommit } from "../../src/store/group-commit.js";

let now = 0;
let groups: string[][] = [];

/** A store whose commits take so many milliseconds, by the clock of this test. */
function storeTaking(milliseconds: number, maxGroup = 256): GroupCommit<string, string> {
  return new GroupCommit((requests) => {
    now += milliseconds;
    groups.push([...requests]);
    return requests;
  }, maxGroup);
}

/** Lets so many milliseconds pass; timers that are due go off. */
function pass(milliseconds: number): void {
  now += milliseconds;
  vi.advanceTimersByTime(milliseconds);
}

beforeEach(() => {
  now = 1_000;
  groups = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate"] });
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a group commit", () => {
  it("is of all requests of one turn", async () => {
    const store = storeTaking(1);
    const results = Promise.all([store.add("a"), store.add("b")]);
    pass(0);
    expect(await results).toEqual(["a", "b"]);
    expect(groups).toEqual([["a", "b"]]);
  });

  it("is followed by a pause three times as long, in which the next group gathers", () => {
    const store = storeTaking(1);
    void store.add("a");
    pass(0);
    void store.add("b");
    pass(2);
    void store.add("c");
    expect(groups).toEqual([["a"]]);
    pass(1);
    expect(groups).toEqual([["a"], ["b", "c"]]);
  });

  it("holds up nobody who comes after the pause", () => {
    const store = storeTaking(1);
    void store.add("a");
    pass(0);
    pass(3);
    void store.add("b");
    pass(0);
    expect(groups).toEqual([["a"], ["b"]]);
  });

  it("that took long is followed by five milliseconds and no more, also when it failed", async () => {
    let fails = true;
    const store = new GroupCommit<string, string>((requests) => {
      now += 500;
      if (fails) throw new Error("a full disk");
      groups.push([...requests]);
      return requests;
    }, 256);
    const failed = expect(store.add("a")).rejects.toThrow("a full disk");
    pass(0);
    await failed;
    fails = false;
    void store.add("b");
    pass(4);
    expect(groups).toEqual([]);
    pass(1);
    expect(groups).toEqual([["b"]]);
  });

  it("takes no more than it may, and the rest in the next one", () => {
    const store = storeTaking(1, 2);
    for (const request of ["a", "b", "c"]) void store.add(request);
    pass(0);
    pass(3);
    expect(groups).toEqual([["a", "b"], ["c"]]);
  });

  it("comes at once when everything that waits is to be flushed", () => {
    const store = storeTaking(1);
    void store.add("a");
    pass(0);
    void store.add("b");
    store.flush();
    expect(groups).toEqual([["a"], ["b"]]);
  });
});
