import type { KeyHeader } from "../../keyblock/index.js";
import { showCheckValue } from "./common-steps.js";

/** A key in two lines, for the officers who sign for it. */
export function describeKey(header: KeyHeader): readonly string[] {
  const { name, version, usage, algorithm, keyLength, modeOfUse, exportability, environment, checkValue } = header;
  return [
    `Key ${name}@${version}: usage ${usage}, ${algorithm}-${keyLength * 8}, mode ${modeOfUse}, exportability ${exportability},`,
    `${environment}, check value ${showCheckValue(checkValue).value}`,
  ];
}
