import { timingSafeEqual } from "node:crypto";
import type { Engine } from "../../engine/engine.js";
import { registerSealer } from "../../engine/register-sealer.js";
import { type RegisterAnchor, type RegisterVerdict, type SealedRegisterHead, verifyRegister } from "../../store/index.js";
import { sweepSeals } from "./sweep-seals.js";

/** What there is to verify against. */
export interface ExaminationMeans {
  /** Not given: no seal is looked at. */
  readonly engine?: Pick<Engine, "execute">;
  readonly anchor?: RegisterAnchor | undefined;
  /** Called with the seals checked so far. */
  readonly onProgress?: (checked: number) => void;
}

/** Has the token seal the head again and compares, in constant time. */
export function headCheck(engine: Pick<Engine, "execute">): (head: SealedRegisterHead) => Promise<boolean> {
  const seal = registerSealer(engine);
  return async (head) => timingSafeEqual(await seal(head), head.seal);
}

/**
 * Verifies journal and rows, and the journal's head with the token: one question to it, however many records there are.
 * @throws StoreError; Refusal TOKEN_UNAVAILABLE
 */
export function examineRows(path: string, { engine, anchor }: ExaminationMeans): Promise<RegisterVerdict> {
  return verifyRegister(path, { ...(anchor && { anchor }), ...(engine && { isSealed: headCheck(engine) }) });
}

/**
 * Verifies a register as far as the means go: its journal and rows always, its head and every key's seal with the token.
 * @throws StoreError; Refusal TOKEN_UNAVAILABLE
 */
export async function examineRegister(path: string, means: ExaminationMeans): Promise<RegisterVerdict> {
  const verdict = await examineRows(path, means);
  if (means.engine === undefined) return verdict;
  const seals = await sweepSeals(path, means.engine, (checked) => {
    means.onProgress?.(checked);
    return true;
  });
  return { ...verdict, faults: [...verdict.faults, ...seals] };
}
