import { SecretBytes } from "../base/index.js";

/**
 * The registers that clear PIN blocks pass through, one for each block length.
 *
 * They are reused because a small buffer that is new costs the binding of a token about a microsecond at its first use. Work in them is
 * synchronous and does not nest; whoever borrows one gets it zeroed and it is wiped on every way out.
 */
const REGISTERS = { 8: SecretBytes.alloc(8), 16: SecretBytes.alloc(16) } as const;

/** Works with the register of that length, and wipes it. The bytes must not be kept. */
export function withClearBlock<Result>(length: 8 | 16, work: (clear: Buffer) => Result): Result {
  const register = REGISTERS[length];
  try {
    return work(register.expose());
  } finally {
    register.wipe();
  }
}
