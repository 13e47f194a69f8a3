import type { KeyHeader } from "../../keyblock/index.js";
import { acceptChange, draftChange, type KeyChange, type KeyLife, registrableRecord } from "../../lifecycle/index.js";
import type { Approval, Statement } from "../../officers/index.js";
import type { KeySelector } from "../keys/index.js";
import type { LifeDesk } from "./life-desk.js";

/** A change that somebody wants. */
export interface Order {
  readonly key: KeySelector;
  readonly change: KeyChange;
}

/** A change that was made. */
export interface SettledOrder {
  readonly header: KeyHeader;
  readonly after: KeyLife;
}

const secondsNow = (): number => Math.floor(Date.now() / 1_000);

/**
 * Drafts the changes, has them approved, and makes them, all or none.
 * @param approve gives the approvals of each statement
 * @throws LifecycleError; Refusal; what `approve` throws, and then nothing was changed
 */
export async function settleOrders(
  desk: LifeDesk,
  orders: readonly Order[],
  approve: (statements: readonly Statement[]) => Promise<readonly (readonly Approval[])[]>,
): Promise<readonly SettledOrder[]> {
  const found = await Promise.all(orders.map(async ({ key, change }) => ({ ...(await desk.find(key)), change })));
  const at = secondsNow();
  const statements = found.map(
    ({ header, recorded, change }) => draftChange(header, recorded, change, desk.directory, at).statement,
  );
  const approvals = await approve(statements);
  const settled = found.map(({ header, recorded }, index) => {
    const bytes = statements[index]?.bytes ?? Buffer.alloc(0);
    const accepted = acceptChange(header, recorded, bytes, approvals[index] ?? [], desk.directory, secondsNow());
    return { header, after: accepted.after, record: registrableRecord(header, accepted) };
  });
  await desk.register.addStates(settled.map(({ record }) => record));
  return settled;
}
