import type { KeyHeader } from "../../keyblock/index.js";
import type { MacParameters } from "../../mac/index.js";

/** A key as the commands show it, in the words of pinmac.v1.Key. Never more of a check value than its method allows. */
export function describeKey(header: KeyHeader): Record<string, unknown> {
  return {
    id: header.id,
    name: header.name,
    version: header.version,
    usage: header.usage,
    algorithm: header.algorithm,
    lengthBits: header.keyLength * 8,
    modeOfUse: header.modeOfUse,
    exportability: header.exportability,
    checkValue: formatCheckValue(header),
    checkValueMethod: header.checkValue.method,
    environment: header.environment,
    owner: header.owner,
    createdAt: formatInstant(header.createdAt),
    ...(header.notBefore === undefined ? {} : { notBefore: formatInstant(header.notBefore) }),
    ...(header.notAfter === undefined ? {} : { notAfter: formatInstant(header.notAfter) }),
    ...(header.mac === undefined ? {} : { mac: header.mac }),
    ...(header.dukptType === undefined ? {} : { dukptType: header.dukptType }),
  };
}

/** Upper-case hex. */
export function formatCheckValue({ checkValue }: Pick<KeyHeader, "checkValue">): string {
  return checkValue.value.toString("hex").toUpperCase();
}

/** ISO 8601 in UTC, to the second. */
export function formatInstant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** Scheme, padding and length in a few words. */
export function formatMac(mac: MacParameters | undefined): string {
  if (mac === undefined) return "";
  return `${mac.scheme}${mac.paddingMethod === 0 ? "" : ` padding ${mac.paddingMethod}`}, ${mac.length} bytes`;
}
