import { hash } from 'node:crypto'
import type { ListKind } from './list-kind.ts'
import type { MergedEntry } from './merge.ts'
import type { MergedPage } from './merged-result.ts'

/** Entries of one page: a thousand tools are about 1 MB, and hardly any list is longer, so hardly any client has to ask twice. */
export const PAGE_ENTRIES_MAX = 1_000
/** Characters of a list's digest in a cursor: 96 bits, for lists that change by accident, not for secrets. */
const DIGEST_CHARS = 16
const CURSOR = /^([1-9]\d{0,8})\.([\w-]{16})$/

/** A merged list of one kind, whole. */
export type MergedList = {
  readonly entries: readonly MergedEntry[]
  /** Of all that the list shows; undefined for a list of one page, which needs no cursor. */
  readonly digest: string | undefined
}

/** A list with its digest, when it takes more than a page. */
export function listOf(kind: ListKind, entries: readonly MergedEntry[]): MergedList {
  if (entries.length <= PAGE_ENTRIES_MAX) return { entries, digest: undefined }
  const all = entries.map(({ shown, text }) => `${shown}\n${text}`).join('\n')
  const digest = hash('sha256', `${kind.method}\n${all}`, 'base64url').slice(0, DIGEST_CHARS)
  return { entries, digest }
}

/**
 * The page at a cursor, or the first one. A cursor says where the page begins and of which list: it is a pure
 * function of the list, works at every gateway, and of a list that has changed it is refused (undefined), for a
 * page of another list would repeat or miss entries.
 */
export function pageAt(
  { entries, digest }: MergedList,
  cursor: string | undefined,
): MergedPage | undefined {
  const [, begin = '0', of] = cursor === undefined ? [] : (CURSOR.exec(decode(cursor)) ?? [])
  const start = Number(begin)
  const isGiven = of !== undefined && of === digest && start % PAGE_ENTRIES_MAX === 0
  if (cursor !== undefined && !(isGiven && start < entries.length)) return undefined
  const end = start + PAGE_ENTRIES_MAX
  const isLast = digest === undefined || end >= entries.length
  return {
    entries: entries.slice(start, end),
    nextCursor: isLast ? undefined : Buffer.from(`${end}.${digest}`).toString('base64url'),
  }
}

/** The digest in a cursor: what it was given for. */
export function digestIn(cursor: string): string | undefined {
  return CURSOR.exec(decode(cursor))?.[2]
}

function decode(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('latin1')
}
