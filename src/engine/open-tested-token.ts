import { type OpenToken, openToken, type TokenOptions } from "../hsm/index.js";
import { runSelfTest } from "./self-test.js";

/** An open token that has passed the self-test. */
export interface TestedToken extends OpenToken {
  /** Checks passed. */
  readonly selfTests: number;
}

/** Opens the token and tests it. Whatever fails, the token is let go of. @throws TokenStartError */
export function openTestedToken(options: TokenOptions): TestedToken {
  const token = openToken(options);
  try {
    return { ...token, selfTests: runSelfTest(token) };
  } catch (error) {
    token.close();
    throw error;
  }
}
