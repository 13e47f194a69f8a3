import { type DeviceUses, TouchedDevices } from "./device-uses.js";
import { judgeSpend } from "./judge-spend.js";
import type { KsnSpend, SpendOutcome } from "./ksn-ledger.js";

/**
 * Decides on all spends of one call, the later ones knowing the earlier ones, and writes into `devices` what the call leaves behind: all
 * of it, or, when a spend of mode enforce is replayed, only that replays were seen.
 */
export function judgeCall(devices: TouchedDevices, spends: readonly KsnSpend[], window: number): readonly SpendOutcome[] {
  const draft = new TouchedDevices((address) => devices.get(address));
  const outcomes = spends.map((spend) => {
    const uses = draft.get(spend);
    const { outcome, next } = judgeSpend(uses[spend.use], spend, window);
    draft.set(spend, { ...uses, [spend.use]: next });
    return outcome;
  });
  if (outcomes.some((outcome, index) => outcome === "replayed" && spends[index]?.mode === "enforce")) {
    countReplays(devices, spends, outcomes);
  } else {
    devices.adopt(draft);
  }
  return outcomes;
}

function countReplays(devices: TouchedDevices, spends: readonly KsnSpend[], outcomes: readonly SpendOutcome[]): void {
  spends.forEach((spend, index) => {
    if (outcomes[index] === "replayed") devices.set(spend, withOneReplayMore(devices.get(spend), spend.use));
  });
}

function withOneReplayMore(uses: DeviceUses, use: KsnSpend["use"]): DeviceUses {
  return { ...uses, [use]: { ...uses[use], replays: uses[use].replays + 1 } };
}
