import type { Database, Statement } from "better-sqlite3";
import type { DeviceAddress, DeviceUses } from "./device-uses.js";
import type { UseState } from "./use-state.js";

interface DeviceRow {
  readonly pin_counter: number;
  readonly pin_earlier: number;
  readonly pin_digest: Buffer;
  readonly pin_spent: number;
  readonly pin_replays: number;
  readonly mac_counter: number;
  readonly mac_earlier: number;
  readonly mac_digest: Buffer;
  readonly mac_spent: number;
  readonly mac_replays: number;
}

type UseColumns = [counter: number, earlier: number, digest: Buffer, spent: number, replays: number];

/** The rows of the devices. Nothing is cached: another process may have written them. */
export class DeviceTable {
  readonly #find: Statement<[string, Buffer], DeviceRow>;
  readonly #addBdk: Statement<[string]>;
  readonly #save: Statement<[string, Buffer, ...UseColumns, ...UseColumns]>;

  constructor(database: Database) {
    this.#find = database.prepare(
      "SELECT devices.* FROM devices JOIN bdks ON bdks.id = devices.bdk WHERE bdks.uuid = ? AND devices.device_id = ?",
    );
    this.#addBdk = database.prepare("INSERT INTO bdks (uuid) VALUES (?) ON CONFLICT DO NOTHING");
    this.#save = database.prepare(
      "INSERT OR REPLACE INTO devices VALUES ((SELECT id FROM bdks WHERE uuid = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
  }

  /** Undefined when the device was never seen. */
  find({ bdkId, deviceId }: DeviceAddress): DeviceUses | undefined {
    const row = this.#find.get(bdkId, deviceId);
    return row === undefined ? undefined : usesOf(row);
  }

  save({ bdkId, deviceId }: DeviceAddress, { pin, mac }: DeviceUses): void {
    this.#addBdk.run(bdkId);
    this.#save.run(bdkId, deviceId, ...columnsOf(pin), ...columnsOf(mac));
  }
}

function usesOf(row: DeviceRow): DeviceUses {
  return {
    pin: {
      counter: row.pin_counter,
      earlier: row.pin_earlier,
      digest: row.pin_digest,
      spent: row.pin_spent,
      replays: row.pin_replays,
    },
    mac: {
      counter: row.mac_counter,
      earlier: row.mac_earlier,
      digest: row.mac_digest,
      spent: row.mac_spent,
      replays: row.mac_replays,
    },
  };
}

function columnsOf({ counter, earlier, digest, spent, replays }: UseState): UseColumns {
  return [counter, earlier, digest, spent, replays];
}
