import { Refusal } from "../../base/index.js";
import { parseAesKsn, parseTdesKsn } from "../../dukpt/index.js";
import type { CommandKey } from "../../engine/commands/command.js";
import { readInitialKeyId } from "../../engine/initial-key-id.js";
import type { DeviceUse, GetDeviceRequest, GetDeviceResponse } from "../../gen/pinmac/v1/terminal.js";
import type { KeyHeader } from "../../keyblock/index.js";
import { type DeviceState, type DeviceUse as KnownUse, transactionsLeft } from "../../store/ledger/index.js";
import type { Handler } from "../calls/index.js";
import { parseKeyChoice } from "../parse/index.js";
import { RequestKeys } from "../request-keys.js";
import { executeAdmitted, type HandlerDependencies } from "./execute.js";

/** The part of a device's life below which it is nearly exhausted. */
const NEARLY_EXHAUSTED = 0.01;

/** TerminalService.GetDevice. Without a ledger nothing is known of any device, and that is said as a refusal, not as zeros. */
export function getDeviceHandler(dependencies: HandlerDependencies): Handler<GetDeviceRequest, GetDeviceResponse> {
  return async (request, call) => {
    const ledger = dependencies.spending?.ksns?.ledger;
    if (ledger === undefined) throw new Refusal("OPERATION_DISABLED", { requirement: "ledger" });
    const keys = new RequestKeys(dependencies, call);
    const { bdk, header, deviceId } = await parseGetDevice(request, keys);
    call.subjects.initialKeyId = deviceId;
    await executeAdmitted({ kind: "openSealedKey", sealedKey: bdk.sealedKey }, "done", keys, call, dependencies);
    const state = await ledger.device(header.id, deviceId);
    return { ...describeDevice(state, header), initialKeyId: deviceId, bdk: keys.usedKey(bdk) };
  };
}

async function parseGetDevice(
  { bdk, device }: GetDeviceRequest,
  keys: RequestKeys,
): Promise<{ readonly bdk: CommandKey; readonly header: KeyHeader; readonly deviceId: Buffer }> {
  const choice = parseKeyChoice(bdk, "bdk");
  if (device === undefined) throw new Refusal("REQUEST_INVALID", { field: "device" });
  keys.permit("getDevice", { bdk: choice });
  const key = await keys.take(choice);
  const header = keys.headerOf(key);
  if (header.usage !== "B0") throw new Refusal("KEY_USAGE_MISMATCH", { field: "bdk" });
  return { bdk: key, header, deviceId: readDeviceId(device, header) };
}

function readDeviceId(device: NonNullable<GetDeviceRequest["device"]>, header: KeyHeader): Buffer {
  if (device.$case === "initialKeyId") return readInitialKeyId(header, device.value);
  return (header.algorithm === "AES" ? parseAesKsn(device.value) : parseTdesKsn(device.value)).initialKeyId;
}

function describeDevice(
  state: DeviceState | undefined,
  { dukptType }: KeyHeader,
): Omit<GetDeviceResponse, "initialKeyId" | "bdk"> {
  if (dukptType === undefined) throw new Error("a BDK has a DUKPT type");
  const pin = describeUse(state?.pin);
  const mac = describeUse(state?.mac);
  const left = transactionsLeft(dukptType, Math.max(pin.counter, mac.counter));
  return {
    seen: state !== undefined,
    pinUse: pin,
    macUse: mac,
    transactionsLeft: left,
    nearlyExhausted: left < NEARLY_EXHAUSTED * transactionsLeft(dukptType, 0),
  };
}

function describeUse(use: KnownUse | undefined): DeviceUse {
  return { counter: use?.counter ?? 0, spent: use?.spent ?? 0, replays: BigInt(use?.replays ?? 0) };
}
