/** When everybody signs up: prices and agreements that hold from the start are published then. Epoch ms. */
export const FOUNDED_AT = Date.parse('2026-10-20T00:00:00Z')
/** The month that is told. */
export const MONTH = '2026-11'
/** Its first millisecond, and the first of the next one. */
export const MONTH_STARTS_AT = Date.parse('2026-11-01T00:00:00Z')
export const MONTH_ENDS_AT = Date.parse('2026-12-01T00:00:00Z')
/** Months that calls lie in, for the hour before the month and the hour after it. */
export const MONTHS = ['2026-10', MONTH, '2026-12'] as const
