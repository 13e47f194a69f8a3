const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The 16 bytes of a UUID in lower-case text. @throws RangeError for any other text */
export function parseUuid(text: string): Buffer {
  if (!UUID_PATTERN.test(text)) throw new RangeError("Not a UUID.");
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

/** The lower-case text of a UUID's 16 bytes (RFC 9562). */
export function formatUuid(bytes: Buffer): string {
  const hex = Buffer.from(bytes).toString("hex");
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return groups.join("-");
}
