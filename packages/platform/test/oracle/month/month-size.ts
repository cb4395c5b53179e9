/** How much of a month is made. */
export type MonthSize = { readonly seed: number; readonly calls: number }

/** What a month is made of when nobody asks for another. */
const SEED = 20_261_101
/** What a test run has the time for; ORACLE_CALLS=100000 is the month that issue 5 asks for. */
const CALLS = 20_000

/** The size that `ORACLE_SEED` and `ORACLE_CALLS` ask for. */
export function monthSizeOf(env: Readonly<Record<string, string | undefined>>): MonthSize {
  return {
    seed: wholeOf(env['ORACLE_SEED'], SEED),
    calls: wholeOf(env['ORACLE_CALLS'], CALLS),
  }
}

function wholeOf(text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new RangeError(`not a whole number above zero: ${text}`)
}
