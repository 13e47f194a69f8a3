import type { Logger } from "pino";
import type { LaneEngine } from "../../engine/lanes/index.js";
import { registerSealer } from "../../engine/register-sealer.js";
import type { Alarms } from "../../service/alarms/index.js";
import { describeFault, isJournalSound, type KeyRegister, openSqliteRegister, type RecordFault } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { VerificationFailed } from "../errors/index.js";
import { examineRows, readAnchor } from "../register/index.js";

/** What a register is opened with. */
export interface RegisterSurroundings {
  readonly engine: Pick<LaneEngine, "execute">;
  readonly logger: Logger;
  readonly alarms: Pick<Alarms, "raise">;
}

/** An open register, and the records that are refused from now on: to be reported once the audit log is open. */
export interface OpenRegister {
  readonly register: KeyRegister;
  readonly faults: readonly RecordFault[];
}

/**
 * Opens the register and verifies its journal and every record. A journal that does not hold, or a register older than the audit log knows
 * it, is not served. Single records that do not hold are: as refusals, each with an alarm.
 * @throws VerificationFailed with every fault of the journal; StoreError; Refusal TOKEN_UNAVAILABLE
 */
export async function openRegister(
  config: ServerConfig,
  { engine, logger }: Pick<RegisterSurroundings, "engine" | "logger">,
): Promise<OpenRegister> {
  const register = openSqliteRegister(config.register, registerSealer(engine));
  try {
    const verdict = await examineRows(config.register, { engine, anchor: await readAnchor(config) });
    if (!isJournalSound(verdict)) {
      throw new VerificationFailed(
        `${config.register}: the register is not what was registered.`,
        ...verdict.faults.map(describeFault),
        "The operator's guide says what to do: restore a backup, or seal a register of an earlier version.",
      );
    }
    logger.info({ keys: verdict.keys, changes: verdict.entries }, "register verified");
    const faults = verdict.faults.filter(isRecordFault);
    register.condemn(faults);
    return { register, faults };
  } catch (error) {
    register.close();
    throw error;
  }
}

/** Refuses the records from now on, and says so wherever somebody looks. Their names stand in the audit log. */
export function condemn(
  register: KeyRegister,
  faults: readonly RecordFault[],
  { logger, alarms }: Pick<RegisterSurroundings, "logger" | "alarms">,
): void {
  if (faults.length === 0) return;
  register.condemn(faults);
  logger.error({ faults: faults.length }, "records of the register do not hold: pinmac register verify names them");
  const keys = faults.filter(({ subject }) => subject.kind === "key").map(({ subject }) => auditedKey(subject.name));
  alarms.raise("KEY_RECORD_CORRUPT", { call: { caller: "pinmac", keys } });
}

/** Whether it is of one record alone. */
export function isRecordFault(fault: { readonly scope: "record" | "journal" }): fault is RecordFault {
  return fault.scope === "record";
}

function auditedKey(subject: string) {
  const at = subject.lastIndexOf("@");
  return { name: subject.slice(0, at), version: Number(subject.slice(at + 1)), checkValue: "" };
}
