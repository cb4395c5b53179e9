import { z } from '@hono/zod-openapi'
import { parseId, type Id, type IdPrefix } from '@mcp-orchestra/kernel'

/** Most items a page may hold: one answer stays well under a megabyte. */
export const PAGE_ITEMS_MAX = 200
/** Items of a page when the caller does not say: a screen or two. */
export const PAGE_ITEMS_DEFAULT = 50

/** Query of every list: an opaque cursor from the page before, and how many items. */
export const PageQuery = z.object({
  cursor: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .openapi({ description: '`nextCursor` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
})
export type PageQuery = z.infer<typeof PageQuery>

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<S extends z.ZodType>(
  item: S,
): z.ZodObject<{ items: z.ZodArray<S>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** The cursor of a list that is ordered by id: the last id of the page before, as it is. */
export function idCursor<P extends IdPrefix>(
  prefix: P,
  cursor: string | undefined,
): Id<P> | undefined {
  if (cursor === undefined) return undefined
  const id = parseId(prefix, cursor)
  if (id !== undefined) return id
  throw new z.ZodRealError([
    { code: 'custom', path: ['cursor'], message: 'is not a cursor of this list', input: cursor },
  ])
}

/** A page of a list that was read with one item more than the page holds. */
export function pageFrom<T, R>(
  rows: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
  write: (row: T) => R,
): { items: R[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items: shown.map(write), nextCursor: more ? cursorOf(last) : null }
}
