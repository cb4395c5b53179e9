import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import {
  findWellKnownAsset,
  type Asset,
  type AssetId,
  type Clock,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { requireAsset, type ListedAsset, type NewAsset } from './asset.ts'
import type { AssetStore } from './ports.ts'
import { refuse } from './problems.ts'

/** Which assets the books are kept in. */
export interface AssetRegistry {
  /** A page by id. */
  list(query: { readonly after?: string; readonly limit: number }): Promise<readonly ListedAsset[]>
  /** Registers a token under its CAIP-19 id; an id or code that is taken is refused. Audited. */
  register(principal: Principal, asset: NewAsset): Promise<ListedAsset>
  /** Ends or begins new transfers in an asset; the same again changes nothing. Audited. */
  setListed(principal: Principal, code: string, listed: boolean): Promise<ListedAsset>
  /** Code and scale of assets, for people. */
  describe(ids: Iterable<AssetId>): Promise<ReadonlyMap<AssetId, Asset>>
}

/** Makes the registry on its store. */
export function createAssetRegistry(deps: {
  readonly store: AssetStore
  readonly transactions: Transactions
  readonly audit: AuditLog
  readonly clock: Clock
}): AssetRegistry {
  const { store, transactions, audit, clock } = deps
  return {
    list: (query) => store.page(query),
    register(principal, wish) {
      const asset = requireAsset(wish)
      return transactions.run(async (tx) => {
        const added = await store.add(tx, asset, clock.now())
        await audit.record(tx, {
          organizationId: null,
          actor: actorOf(principal),
          action: 'asset.registered',
          target: asset.id,
          detail: { code: asset.code, scale: asset.scale },
        })
        return added
      })
    },
    setListed: (principal, code, listed) =>
      transactions.run(async (tx) => {
        const found = await store.lock(tx, code)
        if (found === undefined) throw refuse('ledger.asset_not_found')
        if ((found.delistedAt === null) === listed) return found
        const delistedAt = listed ? null : clock.now()
        await store.setDelisted(tx, found.id, delistedAt)
        await audit.record(tx, {
          organizationId: null,
          actor: actorOf(principal),
          action: listed ? 'asset.listed' : 'asset.delisted',
          target: found.id,
        })
        return { ...found, delistedAt }
      }),
    async describe(ids) {
      const known = new Map<AssetId, Asset>()
      const unknown: AssetId[] = []
      for (const id of new Set(ids)) {
        const asset = findWellKnownAsset(id)
        if (asset === undefined) unknown.push(id)
        else known.set(id, asset)
      }
      if (unknown.length === 0) return known
      for (const asset of await store.find(unknown)) known.set(asset.id, asset)
      return known
    },
  }
}

function actorOf({ keyId, memberId }: Principal): string {
  return keyId ?? memberId ?? 'system'
}
