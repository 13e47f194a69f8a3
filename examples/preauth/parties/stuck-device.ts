import type { DukptDevice } from "../crypto/index.js";

/** A device whose counter is stuck, or of which there is a copy: it takes the same KSN for every transaction. */
export function stuckDevice(device: DukptDevice): Pick<DukptDevice, "nextTransaction"> {
  const transaction = device.nextTransaction();
  return { nextTransaction: () => transaction };
}
