import { Refusal } from "../base/index.js";

/** Operations that a server does only where its configuration says so, whatever its policy permits: the policy cannot switch one on. */
export const SWITCHED_OPERATIONS = [
  "verifyPin",
  "importKey",
  "exportKey",
  "changeKeyState",
  "signOn",
  "deriveInitialKey",
] as const;
export type SwitchedOperation = (typeof SWITCHED_OPERATIONS)[number];

/** Which of them are on; what is not said is off. */
export type OperationSwitches = Readonly<Partial<Record<SwitchedOperation, boolean>>>;

/**
 * Refuses an operation that is switched off, before anything of its request is looked at.
 * @throws Refusal OPERATION_DISABLED; `requirement` names the switch
 */
export function requireOperation(switches: OperationSwitches | undefined, operation: SwitchedOperation): void {
  if (switches?.[operation] !== true) throw new Refusal("OPERATION_DISABLED", { requirement: `operations.${operation}` });
}
