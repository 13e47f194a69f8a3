import type { PinBlockFormat } from "../../../src/gen/pinmac/v1/pin.js";
import type { Dialect } from "../messages/index.js";

/** Where the switch sends a card's messages, and how they are protected there. */
export interface Route {
  /** The PANs that begin so. */
  readonly prefix: string;
  readonly port: number;
  readonly dialect: Dialect;
  readonly pinKeyName: string;
  readonly pinBlockFormat: PinBlockFormat;
  /** In bytes, of an enciphered PIN block. */
  readonly pinBlockLength: 8 | 16;
  readonly macKeyName: string;
}
