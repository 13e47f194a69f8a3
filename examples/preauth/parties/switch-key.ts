/** A key as the switch knows it: by its name, and under DUKPT with the KSN of the transaction. */
export interface SwitchKey {
  readonly name: string;
  /** 10 bytes, or none. */
  readonly ksn: Buffer;
}

/** A key that is no BDK. */
export function plainKey(name: string): SwitchKey {
  return { name, ksn: Buffer.alloc(0) };
}
