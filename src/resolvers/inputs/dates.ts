/** Whether a string is a calendar date as in RFC 3339 (full-date): `2026-04-01`. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  // Date rolls an impossible day over to the next month.
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
