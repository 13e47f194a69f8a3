import type { CommandKey, EngineCommand } from "../commands/command.js";

/** What the choice needs to know of a lane. */
export interface LaneLoad {
  /** The lane's place, from 0; stays the same when its process is replaced. */
  readonly slot: number;
  /** Commands that it holds, sent or waiting. */
  readonly load: number;
}

/** How many commands more than the idlest lane a key's own lane may hold before the work goes to the idlest. */
const AFFINITY_SLACK = 4;

/**
 * Picks a lane: the key's own one, so that its unwrapped key is found in that lane's cache, unless that lane is clearly busier than
 * the idlest. "Own" is decided by rendezvous hashing: every lane draws a number from the key's tag, the highest wins, and when a lane
 * is away only its keys move.
 */
export function chooseLane<L extends LaneLoad>(lanes: readonly L[], keyTag: number): L | undefined {
  let own: L | undefined;
  let idlest: L | undefined;
  let highest = -1;
  for (const lane of lanes) {
    const draw = mix(keyTag ^ Math.imul(lane.slot + 1, 0x9e3779b1));
    if (draw > highest) {
      highest = draw;
      own = lane;
    }
    if (idlest === undefined || lane.load < idlest.load) idlest = lane;
  }
  if (own === undefined || idlest === undefined) return undefined;
  return own.load - idlest.load <= AFFINITY_SLACK ? own : idlest;
}

/**
 * A number that is the same for the same sealed key and evenly spread over different ones: the last four bytes of its CMAC. Of several
 * keys the source's counts; a terminal's keys come together, so that they all end up on its lane.
 */
export function keyTagOf(command: EngineCommand): number {
  const sealedKey = sealedKeyOf(command);
  return sealedKey === undefined || sealedKey.length < 4 ? 0 : sealedKey.readUInt32LE(sealedKey.length - 4);
}

function sealedKeyOf(command: EngineCommand): Buffer | undefined {
  switch (command.kind) {
    case "translatePin":
      return command.source.key.sealedKey;
    case "generateMac":
    case "verifyMac":
      return command.key.sealedKey;
    case "authorize": {
      const key: CommandKey | undefined =
        command.verifyMac?.key ?? command.translatePin?.source.key ?? command.generateMac?.key;
      return key?.sealedKey;
    }
    case "verifyPin":
      return command.source.key.sealedKey;
    case "importKeyBlock":
      return command.keyEncryptionKey.sealedKey;
    case "exportKeyBlock":
      return command.key.sealedKey;
    case "generateSessionKeys":
      return command.terminalMasterKey.sealedKey;
    case "deriveInitialKey":
      return command.bdk.sealedKey;
    case "openSealedKey":
      return command.sealedKey;
    case "verifySeals":
      return command.sealedKeys[0];
    case "signCheckpoint":
    case "sealRegisterHead":
    case "probe":
      return undefined;
  }
}

/** The finaliser of MurmurHash3: every input bit moves every output bit. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
