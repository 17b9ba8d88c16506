/** Whether a text is a day of the calendar, as RFC 3339 writes it: `2026-04-01`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  // Date rolls an impossible day over into the next month.
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
