import { Refusal } from "../../base/index.js";
import type { HeaderOf } from "../../engine/admission.js";
import type { CommandKey } from "../../engine/commands/command.js";
import type { KeyHeader } from "../../keyblock/index.js";
import type { KsnSpend, KsnUse } from "../../store/ledger/index.js";
import { auditedKeyOf } from "../audit-trail.js";
import type { CallContext } from "../calls/index.js";
import { ksnOf } from "./device-ksn.js";
import { requestDigest, type SpendingCommand } from "./request-digest.js";
import type { KsnBooking } from "./spending-options.js";

/** Where a command has a KSN, and what for. */
interface KsnPlace {
  readonly use: KsnUse;
  readonly key: CommandKey;
  readonly field: string;
}

/** A spend with the path of its KSN. */
interface PlacedSpend {
  readonly spend: KsnSpend;
  readonly field: string;
  /** The BDK's. */
  readonly header: KeyHeader;
}

/**
 * Spends the KSNs of a command that the engine has done, all or nothing; none for a caller that waits no longer, so that its KSN stays good
 * for the next try.
 * @throws Refusal KSN_REPLAYED with the field of the KSN; LEDGER_UNAVAILABLE; what `ensureLive` throws
 */
export async function spendKsns(
  booking: KsnBooking,
  call: Pick<CallContext, "caller" | "ensureLive">,
  command: SpendingCommand,
  headerOf: HeaderOf,
): Promise<void> {
  call.ensureLive();
  const placed = spendsOf(booking, call.caller, command, headerOf);
  if (placed.length === 0) return;
  const spends = placed.map(({ spend }) => spend);
  const outcomes = await booking.ledger.spend(spends, () => call.ensureLive());
  for (const [index, outcome] of outcomes.entries()) {
    const use = spends[index]?.use;
    if (use !== undefined) booking.spent?.(use, outcome);
  }
  const replayed = placed.filter((_, index) => outcomes[index] === "replayed");
  for (const { spend, header } of replayed) {
    booking.replaySeen?.({ bdkId: spend.bdkId, mode: spend.mode, caller: call.caller, key: auditedKeyOf(header) });
  }
  const refused = replayed.find(({ spend }) => spend.mode === "enforce");
  if (refused !== undefined) throw new Refusal("KSN_REPLAYED", { field: refused.field });
}

function spendsOf(
  { secret, modes }: KsnBooking,
  caller: string,
  command: SpendingCommand,
  headerOf: HeaderOf,
): readonly PlacedSpend[] {
  const placed = placesOf(command).flatMap(({ use, key, field }) => {
    const header = headerOf(key);
    const mode = modes.of(header.name);
    const ksn = ksnOf(key, header);
    if (ksn === undefined || mode === "off") return [];
    const spend = { use, mode, bdkId: header.id, deviceId: ksn.initialKeyId, counter: ksn.counter };
    return [{ field, header, spend }];
  });
  if (placed.length === 0) return [];
  const digest = requestDigest(secret, caller, command, headerOf);
  return placed.map(({ field, header, spend }) => ({ field, header, spend: { ...spend, requestDigest: digest } }));
}

function placesOf(command: SpendingCommand): readonly KsnPlace[] {
  switch (command.kind) {
    case "verifyMac":
      return [{ use: "mac", key: command.key, field: "ksn" }];
    case "translatePin":
    case "verifyPin":
      return [{ use: "pin", key: command.source.key, field: "source.ksn" }];
    case "authorize": {
      const { verifyMac, translatePin } = command;
      return [
        ...(verifyMac === undefined ? [] : [{ use: "mac", key: verifyMac.key, field: "verify_mac.ksn" } as const]),
        ...(translatePin === undefined
          ? []
          : [{ use: "pin", key: translatePin.source.key, field: "translate_pin.source.ksn" } as const]),
      ];
    }
  }
}
