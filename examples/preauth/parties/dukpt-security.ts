import { computeRetailMac, type DukptDevice, encryptTdes } from "../crypto/index.js";
import { DIALECTS } from "../messages/index.js";
import { clearPinBlock } from "./clear-pin-block.js";
import type { TerminalSecurity } from "./terminal-session.js";

/** The secure part of a DUKPT terminal: it knows its future keys and its counter, nothing else. The KSN goes into field 62. */
export function dukptSecurity(device: Pick<DukptDevice, "nextTransaction">): TerminalSecurity {
  return {
    dialect: DIALECTS.dukptTerminal,
    beginTransaction: () => {
      const { ksn, pinKey, macRequestKey, macResponseKey } = device.nextTransaction();
      return {
        announcement: { 62: ksn.toString("hex").toUpperCase() },
        encipherPin: (entry, card) => encryptTdes(pinKey, clearPinBlock(entry, card)),
        computeMac: (message) => computeRetailMac(macRequestKey, message),
        computeResponseMac: (message) => computeRetailMac(macResponseKey, message),
      };
    },
  };
}
