import { join } from "node:path";
import { SecretBytes } from "../../src/base/index.js";
import { type KeyMaker, openKeyMaker } from "../../src/engine/index.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import { type KeyRegister, openSqliteRegister } from "../../src/store/index.js";
import { createTestToken, type TestToken } from "../../test/support/softhsm.js";

/** A key of a measurement and its value. */
export type BenchKey = readonly [draft: KeyHeaderDraft, value: Buffer];

/** A private token whose keys are in a register beside it. */
export interface BenchToken {
  readonly token: TestToken;
  readonly register: string;
  /** The keys as they are in the register, by name. */
  readonly sealedKeys: Readonly<Record<string, Buffer>>;
}

/** Makes token, keys and register in one temporary directory, which `token.remove` deletes. */
export async function makeBenchToken(keys: readonly BenchKey[]): Promise<BenchToken> {
  const token = createTestToken("pinmac-bench");
  const register = join(token.directory, "register.sqlite");
  return { token, register, sealedKeys: await registerKeys(token, register, keys) };
}

/** Seals the keys on the token and adds them to the register in that file. */
export function registerKeys(
  token: TestToken,
  path: string,
  keys: readonly BenchKey[],
): Promise<Readonly<Record<string, Buffer>>> {
  return withRegister(token, path, async (register, maker) => {
    const sealed = keys.map(([draft, value]) => {
      // A copy: importing wipes the material.
      const { sealedKey } = maker.importClearKey(draft, SecretBytes.take(Buffer.from(value)));
      return [draft.name, sealedKey] as const;
    });
    await register.addAll(sealed.map(([, sealedKey]) => sealedKey));
    return Object.fromEntries(sealed);
  });
}

/** Opens the register in that file for changes, which the token seals. */
export async function withRegister<Result>(
  token: TestToken,
  path: string,
  work: (register: KeyRegister, maker: KeyMaker) => Promise<Result>,
): Promise<Result> {
  const maker = openKeyMaker({ ...token, environment: "test" });
  const register = openSqliteRegister(path, async (head) => maker.sealRegisterHead(head));
  try {
    return await work(register, maker);
  } finally {
    register.close();
    maker.close();
  }
}
