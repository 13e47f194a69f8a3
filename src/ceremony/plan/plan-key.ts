import type { Environment, KeyHeaderDraft } from "../../keyblock/index.js";
import type { NewKeyPlan, PlanOf } from "./ceremony-plan.js";

type PlannedKey = NewKeyPlan["key"];
type PlannedBlockKey = PlanOf<"import-key-block">["key"];

/** What of a header a key block does not say. */
export type BlockKeyParameters = Omit<KeyHeaderDraft, "usage" | "algorithm" | "keyLength" | "modeOfUse" | "exportability">;

/** The header of the key that a plan makes. @param version the next one of that name */
export function keyDraftOf(key: PlannedKey, version: number, environment: Environment): KeyHeaderDraft {
  return {
    ...keyParametersOf(key, version, environment),
    usage: key.usage,
    algorithm: key.algorithm,
    keyLength: key.length,
    modeOfUse: key.mode,
    exportability: key.exportability,
  };
}

/** The same of a key that comes in a key block: what the block does not say. */
export function keyParametersOf(
  key: PlannedKey | PlannedBlockKey,
  version: number,
  environment: Environment,
): BlockKeyParameters {
  const { name, owner = "", notBefore, notAfter, mac, dukpt, keyBlockVersion, ibm3624 } = key;
  const { pinKey, macKey } = dukpt ?? {};
  return {
    name,
    version,
    environment,
    owner,
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
    ...(mac !== undefined && { mac: { scheme: mac.scheme, paddingMethod: paddingMethod(mac.padding), length: mac.length } }),
    ...(dukpt !== undefined && { dukptType: dukpt.type }),
    ...((pinKey ?? macKey) !== undefined && {
      dukptWorkingKeys: { ...(pinKey !== undefined && { pin: pinKey }), ...(macKey !== undefined && { mac: macKey }) },
    }),
    ...(keyBlockVersion !== undefined && { keyBlockVersion }),
    ...(ibm3624 !== undefined && { ibm3624 }),
  };
}

function paddingMethod(padding: "none" | "1" | "2" | 1 | 2): 0 | 1 | 2 {
  if (padding === "none") return 0;
  return padding === 1 || padding === "1" ? 1 : 2;
}
