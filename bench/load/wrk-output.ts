import { z } from 'zod'

const Result = z.object({
  /** Calls sent and answered, the warm-up included. */
  sent: z.number(),
  answered: z.number(),
  /** Replies that were not the right ones. */
  wrong: z.number(),
  /** Calls answered inside the window. */
  inWindow: z.number(),
  windowS: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  /** CPU seconds of each group inside the window. */
  cpuS: z.array(z.number()),
  /** The first wrong reply, cut. */
  firstWrong: z.string(),
})

/** What one window measured. */
export type LoadResult = z.infer<typeof Result>

/** A call was not answered, or answered wrongly: the figures beside it are worth nothing. */
export class LoadFailed extends Error {
  override name = 'LoadFailed'
}

/** Reads what the script printed; throws {@link LoadFailed} when it could not end because calls were lost. */
export function readWrkOutput(text: string): LoadResult {
  const line = text.split('\n').find((candidate) => candidate.startsWith('BENCH '))
  if (line === undefined) {
    throw new LoadFailed(`Calls were never answered: ${text.trim().slice(-600)}`)
  }
  return Result.parse(JSON.parse(line.slice('BENCH '.length)))
}
