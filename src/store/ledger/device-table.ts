import type { Database, Statement } from "better-sqlite3";
import type { DeviceAddress, DeviceUses } from "./device-uses.js";
import type { UseState } from "./use-state.js";

type UseColumns = [counter: number, earlier: number, digest: Buffer, spent: number, replays: number];

type DeviceRow = [...UseColumns, ...UseColumns];

/** More BDKs than a server has. */
const MAX_KNOWN_BDKS = 1_000;

/** The rows of the devices. None is kept: another process may have written it. */
export class DeviceTable {
  readonly #find: Statement<[number, Buffer], DeviceRow>;
  readonly #save: Statement<[number, Buffer, ...DeviceRow]>;
  readonly #findBdk: Statement<[string], number>;
  readonly #addBdk: Statement<[string], number>;
  /** Numbers of BDKs by their UUIDs: a BDK keeps its number for good. */
  readonly #bdks = new Map<string, number>();

  constructor(database: Database) {
    // Rows as arrays, and no join: half of what a spend costs is SQLite and what is made of its answers.
    this.#find = database
      .prepare<[number, Buffer], DeviceRow>(
        `SELECT pin_counter, pin_earlier, pin_digest, pin_spent, pin_replays,
                mac_counter, mac_earlier, mac_digest, mac_spent, mac_replays
         FROM devices WHERE bdk = ? AND device_id = ?`,
      )
      .raw();
    this.#save = database.prepare("INSERT OR REPLACE INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#findBdk = database.prepare<[string], number>("SELECT id FROM bdks WHERE uuid = ?").pluck();
    this.#addBdk = database.prepare<[string], number>("INSERT INTO bdks (uuid) VALUES (?) RETURNING id").pluck();
  }

  /** Undefined when the device was never seen. */
  find({ bdkId, deviceId }: DeviceAddress): DeviceUses | undefined {
    const bdk = this.#bdkOf(bdkId);
    const row = bdk === undefined ? undefined : this.#find.get(bdk, deviceId);
    return row === undefined ? undefined : usesOf(row);
  }

  /** To be called in a transaction that holds the write lock. */
  save({ bdkId, deviceId }: DeviceAddress, { pin, mac }: DeviceUses): void {
    const bdk = this.#bdkOf(bdkId) ?? this.#addBdk.get(bdkId);
    if (bdk === undefined) throw new Error("a BDK was added without a number");
    this.#save.run(bdk, deviceId, ...columnsOf(pin), ...columnsOf(mac));
  }

  /** To be called when a transaction failed: numbers that it gave may be given to others. */
  forget(): void {
    this.#bdks.clear();
  }

  #bdkOf(bdkId: string): number | undefined {
    const known = this.#bdks.get(bdkId);
    if (known !== undefined) return known;
    const found = this.#findBdk.get(bdkId);
    if (found !== undefined && this.#bdks.size < MAX_KNOWN_BDKS) this.#bdks.set(bdkId, found);
    return found;
  }
}

function usesOf(row: DeviceRow): DeviceUses {
  const [counter, earlier, digest, spent, replays, ...mac] = row;
  return { pin: useOf([counter, earlier, digest, spent, replays]), mac: useOf(mac) };
}

function useOf([counter, earlier, digest, spent, replays]: UseColumns): UseState {
  return { counter, earlier, digest, spent, replays };
}

function columnsOf({ counter, earlier, digest, spent, replays }: UseState): UseColumns {
  return [counter, earlier, digest, spent, replays];
}
