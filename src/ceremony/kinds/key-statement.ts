import type { KeyHeader } from "../../keyblock/index.js";
import { Statement } from "../../officers/index.js";
import { showCheckValue } from "./common-steps.js";

/** What two key managers approve about the key that a ceremony has made. @param planDigest of the ceremony, hex */
export function keyStatement(header: KeyHeader, planDigest: string): Statement {
  return Statement.of("ceremony.registerKey", {
    key: `${header.name}@${header.version}`,
    keyId: header.id,
    usage: header.usage,
    algorithm: `${header.algorithm}-${header.keyLength * 8}`,
    modeOfUse: header.modeOfUse,
    exportability: header.exportability,
    environment: header.environment,
    checkValue: showCheckValue(header.checkValue).value,
    plan: planDigest,
  });
}
