import { describe, expect, it } from "vitest";
import { type LoginApplicant, LoginTurns } from "../../src/cli/serve/fronts/login-turns.js";

function applicant(name: string, said: string[]): LoginApplicant {
  return { grantLogin: () => said.push(`${name} may`), denyLogin: (code) => said.push(`${name}: ${code}`) };
}

describe("fronts that log in to one token", () => {
  it("do so one after another, in the order in which they came", () => {
    const said: string[] = [];
    const turns = new LoginTurns();
    const [a, b, c] = ["a", "b", "c"].map((name) => applicant(name, said)) as [LoginApplicant, LoginApplicant, LoginApplicant];
    for (const one of [a, b, c]) turns.want(one);
    expect(said).toEqual(["a may"]);
    turns.done(b);
    expect(said).toEqual(["a may"]);
    turns.done(a);
    turns.done(b);
    expect(said).toEqual(["a may", "b may", "c may"]);
  });

  it("present a wrong PIN once", () => {
    const said: string[] = [];
    const turns = new LoginTurns();
    const [a, b, c] = ["a", "b", "c"].map((name) => applicant(name, said)) as [LoginApplicant, LoginApplicant, LoginApplicant];
    turns.want(a);
    turns.want(b);
    turns.done(a, "PIN_INVALID");
    turns.want(c);
    expect(said).toEqual(["a may", "b: PIN_INVALID", "c: PIN_INVALID"]);
  });

  it("do not wait for one that has ended, whether it waited or had its turn", () => {
    const said: string[] = [];
    const turns = new LoginTurns();
    const [a, b, c] = ["a", "b", "c"].map((name) => applicant(name, said)) as [LoginApplicant, LoginApplicant, LoginApplicant];
    for (const one of [a, b, c]) turns.want(one);
    turns.gone(b);
    turns.gone(a);
    expect(said).toEqual(["a may", "c may"]);
  });
});
