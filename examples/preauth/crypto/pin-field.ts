/**
 * Reads the PIN out of a PIN field in hex: control digit, length, digits, fill up to 16 digits.
 * Undefined if the field is not of that make.
 */
export function readPinField(field: string, control: string, fill: RegExp): string | undefined {
  const length = Number.parseInt(field.charAt(1), 16);
  if (field.charAt(0) !== control || length < 4 || length > 12) return undefined;
  const pin = field.slice(2, 2 + length);
  return /^[0-9]+$/.test(pin) && fill.test(field.slice(2 + length, 16)) ? pin : undefined;
}
