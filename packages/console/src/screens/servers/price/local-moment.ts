/** Reads what a date-and-time field holds, in the reader's time zone; undefined when it is none. */
export function localMoment(text: string): string | undefined {
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)) return undefined
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString()
}
