import type { Database } from "better-sqlite3";
import { asLedgerAccess, durableTransaction, probeDatabase } from "../durable-transaction.js";
import { type CommitObserver, GroupCommit } from "../group-commit.js";
import { openDatabase } from "../open-database.js";
import { DeviceTable } from "./device-table.js";
import { type DeviceUses, TouchedDevices, UNSEEN } from "./device-uses.js";
import { judgeCall } from "./judge-call.js";
import type { DeviceState, DeviceUse, KsnLedger, KsnSpend, SpendOutcome } from "./ksn-ledger.js";
import { LEDGER_SCHEMA } from "./ledger-schema.js";
import { REMEMBERED_COUNTERS, type UseState } from "./use-state.js";

/** How a ledger is opened. */
export interface KsnLedgerOptions {
  /** How far below the mark a counter may lie that was not used yet: 0 (strictly rising, the default) to 32. */
  readonly outOfOrderWindow?: number;
  readonly observer?: CommitObserver;
}

/** Calls that share a transaction at most. */
const MAX_GROUP = 256;

/** How long a commit waits for another process's, in milliseconds. The event loop stands still meanwhile. */
const BUSY_TIMEOUT_MS = 500;

const DIGEST_LENGTH = 32;
const MAX_COUNTER = 0xffff_ffff;

/**
 * Opens the KSN ledger in the SQLite file at `path`, creating it (mode 0600) if there is none. Several processes may share the file.
 * @throws StoreError when the file is not a ledger, is too new, or is open to others
 */
export function openKsnLedger(path: string, options: KsnLedgerOptions = {}): KsnLedger {
  const window = options.outOfOrderWindow ?? 0;
  if (!Number.isInteger(window) || window < 0 || window > REMEMBERED_COUNTERS) {
    throw new RangeError("the out-of-order window is 0 to 32 counters");
  }
  const database = openDatabase(path, LEDGER_SCHEMA);
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return new SqliteLedger(database, window, options.observer);
}

class SqliteLedger implements KsnLedger {
  readonly #database: Database;
  readonly #devices: DeviceTable;
  readonly #window: number;
  readonly #group: GroupCommit<readonly KsnSpend[], readonly SpendOutcome[]>;

  constructor(database: Database, window: number, observer: CommitObserver | undefined) {
    this.#database = database;
    this.#devices = new DeviceTable(database);
    this.#window = window;
    this.#group = new GroupCommit((calls) => this.#commit(calls), MAX_GROUP, observer);
  }

  async spend(spends: readonly KsnSpend[], ensureWanted?: () => void): Promise<readonly SpendOutcome[]> {
    if (spends.length === 0) return [];
    // Before it waits with others: a defect of one caller is not the group's.
    return this.#group.add(spends.map(ownSpend), ensureWanted);
  }

  async device(bdkId: string, deviceId: Buffer): Promise<DeviceState | undefined> {
    const uses = asLedgerAccess(this.#database, () => this.#devices.find({ bdkId, deviceId }));
    return uses === undefined ? undefined : stateOf(uses);
  }

  async probe(): Promise<void> {
    probeDatabase(this.#database);
  }

  async close(): Promise<void> {
    this.#group.flush();
    this.#database.close();
  }

  #commit(calls: readonly (readonly KsnSpend[])[]): readonly (readonly SpendOutcome[])[] {
    try {
      return durableTransaction(this.#database, () => this.#judge(calls));
    } catch (error) {
      this.#devices.forget();
      throw error;
    }
  }

  #judge(calls: readonly (readonly KsnSpend[])[]): readonly (readonly SpendOutcome[])[] {
    const touched = new TouchedDevices((address) => this.#devices.find(address) ?? UNSEEN);
    const outcomes = calls.map((spends) => judgeCall(touched, spends, this.#window));
    for (const { address, uses } of touched.entries()) this.#devices.save(address, uses);
    return outcomes;
  }
}

/** A copy of a spend, so that it stays what it was while it waits. @throws RangeError for what no parsed KSN gives */
function ownSpend(spend: KsnSpend): KsnSpend {
  const { deviceId, counter, requestDigest } = spend;
  if (!Number.isInteger(counter) || counter < 1 || counter > MAX_COUNTER) throw new RangeError("a counter is 1 to 2^32 - 1");
  if (deviceId.length !== 8 && deviceId.length !== 10) throw new RangeError("a device id is 8 or 10 bytes");
  if (requestDigest.length !== DIGEST_LENGTH) throw new RangeError("a request digest is 32 bytes");
  return { ...spend, deviceId: Buffer.from(deviceId), requestDigest: Buffer.from(requestDigest) };
}

function stateOf({ pin, mac }: DeviceUses): DeviceState {
  return { ...(wasSeen(pin) && { pin: useOf(pin) }), ...(wasSeen(mac) && { mac: useOf(mac) }) };
}

function wasSeen({ counter, replays }: UseState): boolean {
  return counter > 0 || replays > 0;
}

function useOf({ counter, spent, replays }: UseState): DeviceUse {
  return { counter, spent, replays };
}
