import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import { toRfc3339, type Clock, type Transactions } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import type { Signer } from '../signing/signer.ts'
import { exactOf } from './exact-rate.ts'
import { manualDocument } from './manual-rate.ts'
import type { QuoteSourceStore } from './ports.ts'
import { isPointer } from './pointer.ts'
import type { HttpRate, QuotedAsset, QuoteSource } from './source.ts'

/** A source as an operator wants it. */
export type SourceWish = {
  readonly name: string
  readonly asset: QuotedAsset
  readonly rank: number
  readonly heartbeatMs: number
  readonly detail: HttpRate | { readonly kind: 'manual'; readonly usd: string }
}

/** What changing sources needs. */
export type SourceDeps = {
  readonly transactions: Transactions
  readonly quoteSources: QuoteSourceStore
  readonly signer: Pick<Signer, 'open'>
  readonly audit: AuditLog
  readonly clock: Clock
}

/** Makes or replaces a source. A manual rate is signed as it is set. Audited. */
export async function putSource(
  deps: SourceDeps,
  principal: Principal,
  wish: SourceWish,
): Promise<QuoteSource> {
  requireSound(wish)
  return deps.transactions.run(async (tx) => {
    await deps.quoteSources.lock(tx)
    const others = await deps.quoteSources.ofAsset(tx, wish.asset.id)
    const contradicts = others.some(
      ({ name, asset }) =>
        name !== wish.name &&
        (asset.scale !== wish.asset.scale || asset.stablecoin !== wish.asset.stablecoin),
    )
    if (contradicts) throw refuse('payments.quote_source_contradicts')
    const source = { ...wish, detail: await detailOf(), changedAt: deps.clock.now() }
    await deps.quoteSources.put(tx, source)
    await deps.audit.record(tx, {
      organizationId: null,
      actor: actorOf(principal),
      action: 'quote_source.set',
      target: wish.name,
      detail: {
        asset: wish.asset.id,
        rank: wish.rank,
        kind: wish.detail.kind,
        usd: wish.detail.kind === 'manual' ? wish.detail.usd : null,
      },
    })
    return source

    async function detailOf(): Promise<QuoteSource['detail']> {
      if (wish.detail.kind === 'http') return wish.detail
      const { usd } = wish.detail
      const set = { usd, setAt: toRfc3339(deps.clock.now()), setBy: actorOf(principal) }
      const sign = await deps.signer.open(tx)
      return { kind: 'manual', ...set, signature: sign(manualDocument(wish, set)) }
    }
  })
}

/** Removes a source. Audited. */
export function removeSource(deps: SourceDeps, principal: Principal, name: string): Promise<void> {
  return deps.transactions.run(async (tx) => {
    await deps.quoteSources.lock(tx)
    if (!(await deps.quoteSources.remove(tx, name))) {
      throw refuse('payments.quote_source_not_found')
    }
    const actor = actorOf(principal)
    const action = 'quote_source.removed'
    await deps.audit.record(tx, { organizationId: null, actor, action, target: name })
  })
}

function requireSound({ detail }: SourceWish): void {
  if (detail.kind === 'manual') {
    if (exactOf(detail.usd) !== undefined) return
    throw refuse('payments.quote_source_malformed', { detail: 'The rate is not above zero.' })
  }
  if (!isPointer(detail.pricePointer) || !isPointer(detail.updatedAtPointer)) {
    throw refuse('payments.quote_source_malformed', { detail: 'A pointer is not one of RFC 6901.' })
  }
}

function actorOf(principal: Principal): string {
  return principal.keyId ?? principal.memberId ?? 'system'
}
