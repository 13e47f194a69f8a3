import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InFlight } from "../../src/service/calls/in-flight.js";

describe("calls in flight", () => {
  it("have a bound for each client, whatever the others have", () => {
    const inFlight = new InFlight(10, 3);
    expect([1, 2, 3, 4].map(() => inFlight.enter("a"))).toEqual([true, true, true, false]);
    expect(inFlight.enter("b")).toBe(true);
    inFlight.leave("a");
    expect(inFlight.enter("a")).toBe(true);
    expect(inFlight.enter("a")).toBe(false);
  });

  it("have one for all of them", () => {
    const inFlight = new InFlight(4, 3);
    expect(["a", "a", "a", "b", "b", "c"].map((client) => inFlight.enter(client))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    inFlight.leave("a");
    expect(inFlight.enter("c")).toBe(true);
  });
});

describe("items in flight", () => {
  it("wait for their client's own, oldest first, and leave its calls an eighth of its room", () => {
    const inFlight = new InFlight(100, 8);
    const begun: number[] = [];
    const enter = (item: number) => inFlight.enterItem("a", () => begun.push(item));
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(enter)).toEqual([...Array(7).fill(true), false, false]);
    expect(inFlight.enter("a")).toBe(true);
    expect(inFlight.enter("a")).toBe(false);
    inFlight.leaveItem("a");
    expect(begun.at(-1)).toBe(8);
    inFlight.leave("a");
    expect(begun.at(-1)).toBe(8);
    inFlight.leaveItem("a");
    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("that wait go before calls that come later", () => {
    const inFlight = new InFlight(100, 2);
    expect([inFlight.enter("a"), inFlight.enter("a")]).toEqual([true, true]);
    let isIn: boolean | undefined;
    expect(inFlight.enterItem("a", (turn) => (isIn = turn))).toBe(false);
    inFlight.leave("a");
    expect(isIn).toBe(true);
    expect(inFlight.enter("a")).toBe(false);
  });

  it("wait in a number that has a bound: those above it are told, however many streams they come by", () => {
    const inFlight = new InFlight(100, 8);
    const told: boolean[] = [];
    const atOnce = Array.from({ length: 40 }, () => inFlight.enterItem("a", (isIn) => told.push(isIn)));
    expect(atOnce.filter((began) => !began)).toHaveLength(8);
    expect(told.filter((isIn) => isIn)).toHaveLength(7);
    expect(told.filter((isIn) => !isIn)).toHaveLength(25);
    for (let item = 0; item < 15; item++) inFlight.leaveItem("a");
    expect(told.filter((isIn) => isIn)).toHaveLength(15);
    expect(inFlight.all).toBe(0);
  });

  it("do not wait for other clients: they are told at once that there is no room", () => {
    const inFlight = new InFlight(2, 2);
    inFlight.enter("a");
    inFlight.enter("a");
    const turns: boolean[] = [];
    expect(inFlight.enterItem("b", (isIn) => turns.push(isIn))).toBe(true);
    expect(turns).toEqual([false]);
  });

  const ACTS = ["call", "item", "callEnds", "itemEnds"] as const;
  const step = fc.record({ client: fc.constantFrom("a", "b", "c"), act: fc.constantFrom(...ACTS) });
  const bound = fc.integer({ min: 1, max: 9 });

  it("never pass a bound, and none that waits is forgotten, whatever comes and goes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), bound, bound, (steps, most, each) => {
        const clients = new Clients(new InFlight(most, each));
        for (const { client, act } of steps) {
          clients[act](client);
          expect(clients.inFlight()).toBeLessThanOrEqual(most);
          expect(clients.inFlight(client)).toBeLessThanOrEqual(each);
        }
        while (clients.inFlight() > 0) for (const client of ["a", "b", "c"]) clients.endAny(client);
        expect(clients.waiting).toBe(0);
      }),
    );
  });
});

/** Clients that keep a count of their own. */
class Clients {
  readonly #subject: InFlight;
  readonly #calls: string[] = [];
  readonly #items: string[] = [];
  waiting = 0;

  constructor(subject: InFlight) {
    this.#subject = subject;
  }

  inFlight(client?: string): number {
    return [...this.#calls, ...this.#items].filter((one) => client === undefined || one === client).length;
  }

  call(client: string): void {
    if (this.#subject.enter(client)) this.#calls.push(client);
  }

  item(client: string): void {
    this.waiting += 1;
    this.#subject.enterItem(client, (isIn) => {
      this.waiting -= 1;
      if (isIn) this.#items.push(client);
    });
  }

  callEnds(client: string): void {
    if (takeOne(this.#calls, client)) this.#subject.leave(client);
  }

  itemEnds(client: string): void {
    if (takeOne(this.#items, client)) this.#subject.leaveItem(client);
  }

  endAny(client: string): void {
    this.callEnds(client);
    this.itemEnds(client);
  }
}

function takeOne(list: string[], client: string): boolean {
  const index = list.indexOf(client);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}
