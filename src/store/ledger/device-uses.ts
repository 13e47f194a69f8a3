import type { KsnSpend, KsnUse } from "./ksn-ledger.js";
import { UNUSED, type UseState } from "./use-state.js";

/** All uses of one device. */
export type DeviceUses = { readonly [use in KsnUse]: UseState };

/** A device that was never seen. */
export const UNSEEN: DeviceUses = { pin: UNUSED, mac: UNUSED };

/** Which device a spend is about. */
export type DeviceAddress = Pick<KsnSpend, "bdkId" | "deviceId">;

interface Entry {
  readonly address: DeviceAddress;
  readonly uses: DeviceUses;
}

/** The devices that a group of calls touches, as they stand in the middle of it. */
export class TouchedDevices {
  readonly #entries = new Map<string, Entry>();
  readonly #load: (address: DeviceAddress) => DeviceUses;

  /** @param load how a device is read that was not touched yet */
  constructor(load: (address: DeviceAddress) => DeviceUses) {
    this.#load = load;
  }

  get(address: DeviceAddress): DeviceUses {
    return this.#entries.get(nameOf(address))?.uses ?? this.#load(address);
  }

  set(address: DeviceAddress, uses: DeviceUses): void {
    this.#entries.set(nameOf(address), { address, uses });
  }

  /** Takes over what `other` changed. */
  adopt(other: TouchedDevices): void {
    for (const [name, entry] of other.#entries) this.#entries.set(name, entry);
  }

  /** Every device that was set, with its last state. */
  entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }
}

/** The device id has a constant set of digits, so that no two addresses share a name. */
function nameOf({ bdkId, deviceId }: DeviceAddress): string {
  return `${deviceId.toString("hex")}/${bdkId}`;
}
