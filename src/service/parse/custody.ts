import { Refusal } from "../../base/index.js";
import { KeyCustody } from "../../gen/pinmac/v1/key.js";

/** Who keeps a key that the service made. */
export type Custody = "register" | "caller";

const CUSTODIES: ReadonlyMap<number, Custody> = new Map<number, Custody>([
  [KeyCustody.KEY_CUSTODY_REGISTER, "register"],
  [KeyCustody.KEY_CUSTODY_CALLER, "caller"],
]);

/**
 * Takes the wire's number, which may be any.
 * @throws Refusal REQUEST_INVALID with field `custody`
 */
export function parseCustody(wire: number): Custody {
  const custody = CUSTODIES.get(wire);
  if (custody === undefined) throw new Refusal("REQUEST_INVALID", { field: "custody" });
  return custody;
}
