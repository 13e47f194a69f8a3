/** A message: field number → value. Field 0 is the message type. */
export type Fields = Readonly<Record<number, string>>;

/** The fields with these numbers, as far as the message has them. */
export function pickFields(fields: Fields, numbers: readonly number[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([number]) => numbers.includes(Number(number))));
}

/** All fields but these. */
export function withoutFields(fields: Fields, numbers: readonly number[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([number]) => !numbers.includes(Number(number))));
}

/** The message type of the response: 0100 → 0110, 0200 → 0210. */
export function responseType(request: Fields): string {
  return `${(request[0] ?? "").slice(0, 2)}10`;
}

/** Does this response carry the request's type, trace number and terminal, and its amount if it names one? */
export function isResponseTo(request: Fields, response: Fields): boolean {
  const sameAmount = response[4] === undefined || response[4] === request[4];
  return (
    sameAmount && response[0] === responseType(request) && [11, 41].every((number) => response[number] === request[number])
  );
}
