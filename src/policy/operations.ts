/**
 * Every operation that a policy can grant, with the key slots of its request. `authorize` is none of them: each of its steps is decided
 * on its own, as verifyMac, translatePin and generateMac.
 */
export const OPERATION_SLOTS = {
  translatePin: ["source", "target"],
  verifyPin: ["source", "verification"],
  generateMac: ["keys"],
  verifyMac: ["keys"],
  importKey: ["keys", "protection"],
  exportKey: ["keys", "protection"],
  changeKeyState: ["keys"],
  listKeys: ["keys"],
  getKey: ["keys"],
  signOn: ["terminalMasterKey", "sessionKeys"],
  deriveInitialKey: ["bdk", "protection"],
  getDevice: ["bdk"],
} as const satisfies Record<string, readonly string[]>;

/** One of the operations. */
export type PolicyOperation = keyof typeof OPERATION_SLOTS;

/** The key slots of an operation. */
export type SlotOf<O extends PolicyOperation> = (typeof OPERATION_SLOTS)[O][number];

/** All of them, in the order of the table. */
export const POLICY_OPERATIONS = Object.keys(OPERATION_SLOTS) as readonly PolicyOperation[];

/** Whether `text` is the name of an operation. */
export function isPolicyOperation(text: string): text is PolicyOperation {
  return Object.hasOwn(OPERATION_SLOTS, text);
}
