import type { Call, SeededMonth } from './month.ts'

/** The call of a number. */
export function callOf(month: SeededMonth, number: number): Call {
  const call = month.calls[number]
  if (call === undefined) throw new RangeError(`there is no call ${number}`)
  return call
}

/** The numbers of the calls in a part of a journal. */
export function recordsOf(
  { journals }: SeededMonth,
  { gateway, from, to }: { readonly gateway: string; readonly from: number; readonly to: number },
): readonly number[] {
  return journals.get(gateway)?.slice(from - 1, to) ?? []
}
