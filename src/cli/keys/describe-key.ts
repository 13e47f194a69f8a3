import { checkCheckValueLength, type Ibm3624Parameters, type KeyHeader } from "../../keyblock/index.js";
import type { MacParameters } from "../../mac/index.js";

/** A key as the commands show it, in the words of pinmac.v1.Key. Never more of a check value than its method allows. */
export function describeKey(header: KeyHeader, checkValueLength?: number): Record<string, unknown> {
  return {
    id: header.id,
    name: header.name,
    version: header.version,
    usage: header.usage,
    algorithm: header.algorithm,
    lengthBits: header.keyLength * 8,
    modeOfUse: header.modeOfUse,
    exportability: header.exportability,
    checkValue: formatCheckValue(header, checkValueLength),
    checkValueMethod: header.checkValue.method,
    environment: header.environment,
    owner: header.owner,
    createdAt: formatInstant(header.createdAt),
    ...(header.notBefore === undefined ? {} : { notBefore: formatInstant(header.notBefore) }),
    ...(header.notAfter === undefined ? {} : { notAfter: formatInstant(header.notAfter) }),
    ...(header.mac === undefined ? {} : { mac: header.mac }),
    ...describeParameters(header),
  };
}

/** What only some usages have. */
function describeParameters({ dukptType, dukptWorkingKeys, keyBlockVersion, ibm3624 }: KeyHeader): Record<string, unknown> {
  return {
    ...(dukptType === undefined ? {} : { dukptType }),
    ...(dukptWorkingKeys?.pin === undefined ? {} : { dukptPinKey: dukptWorkingKeys.pin }),
    ...(dukptWorkingKeys?.mac === undefined ? {} : { dukptMacKey: dukptWorkingKeys.mac }),
    ...(keyBlockVersion === undefined ? {} : { keyBlockVersion }),
    ...(ibm3624 === undefined ? {} : { decimalizationTable: ibm3624.tableName, validationData: formatValidationData(ibm3624) }),
  };
}

/** As the command line takes it. */
export function formatValidationData({ panStart, panLength, pad }: Ibm3624Parameters): string {
  return `${panStart}:${panLength}:${pad}`;
}

/**
 * Upper-case hex.
 * @param length in bytes, at most what the header holds; not given: all of that
 * @throws Refusal REQUEST_INVALID a length that its method does not allow
 */
export function formatCheckValue({ checkValue }: Pick<KeyHeader, "checkValue">, length = checkValue.value.length): string {
  checkCheckValueLength(checkValue.method, length);
  return checkValue.value.subarray(0, length).toString("hex").toUpperCase();
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
