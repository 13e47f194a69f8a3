import type { OpenToken } from "../../src/hsm/index.js";

/** A token as tests of mechanisms see it: a session, master keys, what it announces. What it enforces is not asked here. */
export interface TokenUnderTest {
  readonly name: string;
  readonly token: Pick<OpenToken, "session" | "keys" | "capabilities">;
  close(): void;
}
