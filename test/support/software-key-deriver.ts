import { SecretBytes } from "../../src/base/index.js";
import type { DerivationStep, DerivedKeyRole, KeyDeriver } from "../../src/dukpt/index.js";
import { softwareAes } from "./software-cipher.js";

/** AES DUKPT over keys in buffers, by node:crypto; remembers what it made and what it was told to destroy. */
export class SoftwareKeyDeriver implements KeyDeriver<SecretBytes> {
  /** Every key made, in order, with its role. */
  readonly made: { readonly key: SecretBytes; readonly role: DerivedKeyRole; readonly hex: string }[] = [];
  readonly destroyed: SecretBytes[] = [];

  derive(parent: SecretBytes, step: DerivationStep, role: DerivedKeyRole): SecretBytes {
    const output = softwareAes(parent.expose()).encryptEcb(step.data);
    const key = SecretBytes.take(Buffer.from(output.subarray(0, step.keyLength)));
    this.made.push({ key, role, hex: key.expose().toString("hex").toUpperCase() });
    return key;
  }

  destroy(key: SecretBytes): void {
    this.destroyed.push(key);
    key.wipe();
  }

  /** The keys that still hold bytes. */
  get alive(): readonly SecretBytes[] {
    return this.made.map(({ key }) => key).filter((key) => key.expose().some((byte) => byte !== 0));
  }
}
