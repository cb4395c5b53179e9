import type { SnapshotReplica } from '../../snapshot/replica.ts'
import type { ClientEra } from '../endpoint.ts'
import { tagPrice } from '../price-tag.ts'
import type { MergedEntry } from './gather.ts'
import { renameEntry } from './list-entry.ts'
import { TOOLS, type ListKind } from './list-kind.ts'
import { LIST_TTL_MS, MODERN_META } from './welcome.ts'

/** The `result` of a merged list: entries as their servers wrote them, with shown names and prices spliced in. */
export function mergedResult(
  era: ClientEra,
  kind: ListKind,
  entries: readonly MergedEntry[],
  snapshot: Pick<SnapshotReplica, 'priceOf'>,
): string {
  const texts = entries.map((merged) => entryText(merged, kind, snapshot))
  const list = `${JSON.stringify(kind.member)}:[${texts.join(',')}]`
  if (era === 'legacy') return `{${list}}`
  const rest = {
    resultType: 'complete',
    ttlMs: LIST_TTL_MS,
    cacheScope: 'private',
    _meta: MODERN_META,
  }
  return `{${list},${JSON.stringify(rest).slice(1)}`
}

function entryText(
  { shown, server, entry }: MergedEntry,
  kind: ListKind,
  snapshot: Pick<SnapshotReplica, 'priceOf'>,
): string {
  const text = shown === entry.key ? entry.text : renameEntry(entry.text, kind, shown)
  if (kind !== TOOLS || !server.announcePrices) return text
  const price = snapshot.priceOf(server.id, entry.key)
  return price === undefined || price.amount === '0' ? text : tagPrice(text, price)
}
