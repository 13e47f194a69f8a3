import type { Timestamp } from "../../gen/google/protobuf/timestamp.js";
import type { Key } from "../../gen/pinmac/v1/key.js";
import type { KeyHeader } from "../../keyblock/index.js";
import type { KeyLife } from "../../lifecycle/index.js";

const BITS_PER_BYTE = 8;

/**
 * A key as the API describes it.
 * @param life not given: nothing is known of it
 * @param lastUsed seconds since 1970; not given: no use is known
 */
export function describeKey(header: KeyHeader, life?: KeyLife, lastUsed?: number): Key {
  return {
    id: header.id,
    name: header.name,
    version: header.version,
    usage: header.usage,
    algorithm: header.algorithm,
    lengthBits: header.keyLength * BITS_PER_BYTE,
    modeOfUse: header.modeOfUse,
    exportability: header.exportability,
    checkValue: header.checkValue.value.toString("hex").toUpperCase(),
    checkValueMethod: header.checkValue.method,
    environment: header.environment,
    owner: header.owner,
    createdAt: toTimestamp(header.createdAt),
    notBefore: toTimestamp(header.notBefore),
    notAfter: toTimestamp(header.notAfter),
    mac: header.mac,
    ...describeParameters(header),
    ...describeLife(life),
    lastUsed: toTimestamp(lastUsed),
    cameUnder: header.cameUnder ?? "",
  };
}

/** What only some usages have; empty where this one has not. */
function describeParameters({ dukptType, dukptWorkingKeys, keyBlockVersion, ibm3624 }: KeyHeader) {
  return {
    dukptType: dukptType ?? "",
    dukptPinKey: dukptWorkingKeys?.pin ?? "",
    dukptMacKey: dukptWorkingKeys?.mac ?? "",
    keyBlockVersion: keyBlockVersion ?? "",
    decimalizationTable: ibm3624?.tableName ?? "",
  };
}

function describeLife(life: KeyLife | undefined) {
  return {
    state: life?.state ?? "",
    stateSince: life === undefined || life.since === 0 ? undefined : toTimestamp(life.since),
    overlapUntil: toTimestamp(life?.overlapUntil),
    destroyAfter: toTimestamp(life?.destroyAfter),
  };
}

function toTimestamp(seconds: number | undefined): Timestamp | undefined {
  return seconds === undefined ? undefined : { seconds: BigInt(seconds), nanos: 0 };
}
