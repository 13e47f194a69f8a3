const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads an instant such as `2027-01-01T00:00:00Z` (ISO 8601, UTC).
 * @returns seconds since 1970; undefined when it is none, or one that the calendar does not have, such as 30 February
 */
export function parseInstant(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined;
  const time = Date.parse(text);
  // 30 February would be taken for the 2nd of March, and 24:00 for the next day.
  const isInCalendar = Number.isFinite(time) && new Date(time).toISOString() === text.replace("Z", ".000Z");
  return isInCalendar ? time / 1_000 : undefined;
}

/** The same, or a day such as `2027-01-01`, which is its first second. */
export function parseInstantOrDay(text: string): number | undefined {
  return parseInstant(DAY.test(text) ? `${text}T00:00:00Z` : text);
}
