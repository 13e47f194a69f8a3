import { existsSync } from "node:fs";
import { Refusal } from "../../base/index.js";
import { LifecycleError, readStateStatement } from "../../lifecycle/index.js";
import {
  compareRegisters,
  describeFault,
  type RegisterFault,
  type RegisterLoss,
  type SealedRegisterHead,
  StoreError,
  settleRegister,
  type TakeOver,
  verifyRegister,
} from "../../store/index.js";

/** What the register that a backup is to replace says of the time after the backup. */
export interface PresentRegister {
  /** Keys that only it has, `name@version`; undefined: that cannot be told. */
  readonly lostKeys: readonly string[] | undefined;
  /** What the backup gets of it. */
  readonly takeOver: TakeOver;
  /** Why not all that officers decided is in that, in words; nothing: all is. */
  readonly doubts: readonly string[];
  /** What officers decided since and is not taken over: key and change; undefined: that cannot be told. */
  readonly undone: readonly string[] | undefined;
}

const NOTHING: TakeOver = { initialKeys: [], keptKeys: [], states: [], destroyed: [] };

/**
 * Looks at the register that a backup is to replace, which nobody else may have open. All that officers decided is taken over from one
 * that holds. From one that does not, what only keeps devices and keys from being taken for new ones.
 * @param copy the backup, in this version's form
 * @throws StoreError REGISTER_IN_USE; Refusal TOKEN_UNAVAILABLE
 */
export async function readPresentRegister(
  register: string,
  copy: string,
  isSealed: (head: SealedRegisterHead) => Promise<boolean>,
): Promise<PresentRegister> {
  if (!existsSync(register)) return unknown("there is no register to take over from what officers decided since");
  try {
    settleRegister(register);
    const { faults } = await verifyRegister(register, { isSealed });
    return judge(compareRegisters(register, copy), faults);
  } catch (error) {
    if (error instanceof Refusal || (error instanceof StoreError && error.code === "REGISTER_IN_USE")) throw error;
    return unknown("the register that is there cannot be read");
  }
}

function unknown(doubt: string): PresentRegister {
  return { lostKeys: undefined, takeOver: NOTHING, doubts: [doubt], undone: undefined };
}

function judge({ keys, takeOver, conflicting }: RegisterLoss, faults: readonly RegisterFault[]): PresentRegister {
  // A key's record that does not hold may be why there is a restoration, and says nothing against the others.
  const doubts = faults.filter((fault) => fault.scope === "journal" || fault.subject.kind !== "key").map(describeFault);
  if (doubts.length > 0) {
    const { initialKeys, keptKeys, states, destroyed } = takeOver;
    const gone = destroyed.map(({ name, version }) => `${name}@${version}: destroyed`);
    const undone = [...[...states, ...conflicting].map(describeDecision), ...gone];
    return { lostKeys: keys, takeOver: { ...NOTHING, initialKeys, keptKeys }, doubts, undone };
  }
  const forked = conflicting.length === 0 ? [] : ["officers decided otherwise about the same keys in the backup"];
  return { lostKeys: keys, takeOver, doubts: forked, undone: conflicting.map(describeDecision) };
}

function describeDecision({ keyId, statement }: { readonly keyId: string; readonly statement: Buffer }): string {
  try {
    const { key, change } = readStateStatement(statement).stated;
    return `${key.name}@${key.version}: ${change.kind}`;
  } catch (error) {
    if (!(error instanceof LifecycleError)) throw error;
    return `the key with the id ${keyId}: what was decided cannot be read`;
  }
}
