import { z } from '@hono/zod-openapi'

/** The cursor of a list of transfers: the last `seq` of the page before; refuses anything else. */
export function seqOf(cursor: string): bigint {
  if (/^[1-9]\d{0,17}$/.test(cursor)) return BigInt(cursor)
  throw new z.ZodRealError([
    { code: 'custom', path: ['cursor'], message: 'is not a cursor of this list', input: cursor },
  ])
}
