import { isFreePrice } from '@mcp-orchestra/api/metered-price'
import type { SnapshotReplica } from '../../../snapshot/replica.ts'
import type { ClientEra } from '../../endpoint.ts'
import { tagPrice, untagPrice } from '../../price-tag.ts'
import { LIST_TTL_MS, MODERN_META } from '../welcome.ts'
import { TOOLS, type ListKind } from './list-kind.ts'
import type { MergedEntry } from './merge.ts'

/** One page of a merged list, and the cursor of the next. */
export type MergedPage = {
  readonly entries: readonly MergedEntry[]
  readonly nextCursor: string | undefined
}

/** The `result` of a merged list: entries as their servers wrote them, with shown names, URIs and prices spliced in. */
export function mergedResult(
  era: ClientEra,
  kind: ListKind,
  { entries, nextCursor }: MergedPage,
  snapshot: Pick<SnapshotReplica, 'priceOf'>,
): string {
  const texts = entries.map((merged) =>
    kind === TOOLS ? pricedTool(merged, snapshot) : merged.text,
  )
  const cursor = nextCursor === undefined ? '' : `,"nextCursor":${JSON.stringify(nextCursor)}`
  const list = `${JSON.stringify(kind.member)}:[${texts.join(',')}]${cursor}`
  if (era === 'legacy') return `{${list}}`
  const rest = {
    resultType: 'complete',
    ttlMs: LIST_TTL_MS,
    cacheScope: 'private',
    _meta: MODERN_META,
  }
  return `{${list},${JSON.stringify(rest).slice(1)}`
}

/** A tool as it is shown, with the price in force where its publisher announces prices. */
export function pricedTool(
  { server, name, text }: MergedEntry,
  snapshot: Pick<SnapshotReplica, 'priceOf'>,
): string {
  const price = server.announcePrices ? snapshot.priceOf(server.id, name) : undefined
  return price === undefined || isFreePrice(price) ? untagPrice(text) : tagPrice(text, price)
}
