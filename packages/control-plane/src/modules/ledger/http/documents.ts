import type {
  LedgerAccountDocument,
  LedgerTransferDocument,
} from '@mcp-orchestra/api/routes/ledger'
import type { AssetDocument } from '@mcp-orchestra/api/routes/assets'
import { formatUnits, toRfc3339, type Asset, type AssetId } from '@mcp-orchestra/kernel'
import type { z } from '@hono/zod-openapi'
import type { ListedAsset } from '../asset.ts'
import { balanceOf, type AccountRow } from '../balance.ts'
import type { Transfer, TransferKind } from '../transfer.ts'

const KINDS = {
  X: 'posted',
  H: 'hold',
  P: 'post_of_hold',
  V: 'void_of_hold',
} as const satisfies Record<TransferKind, string>

/** Code and scale of assets by id. */
export type AssetsById = ReadonlyMap<AssetId, Asset>

/** An asset on the wire. */
export function assetDocument(asset: ListedAsset): z.infer<typeof AssetDocument> {
  const { id, code, scale, registeredAt, delistedAt } = asset
  return {
    id,
    code,
    scale,
    listed: delistedAt === null,
    registeredAt: toRfc3339(registeredAt),
    delistedAt: delistedAt === null ? null : toRfc3339(delistedAt),
  }
}

/** An account on the wire. */
export function accountDocument(
  row: AccountRow,
  assets: AssetsById,
): z.infer<typeof LedgerAccountDocument> {
  const { posted, held } = balanceOf(row)
  return {
    name: row.name,
    asset: row.asset,
    debits: row.debitsPosted.toString(),
    credits: row.creditsPosted.toString(),
    held: held.toString(),
    balance: posted.toString(),
    display: display(posted, row.asset, assets),
  }
}

/** A transfer on the wire. */
export function transferDocument(
  transfer: Transfer,
  assets: AssetsById,
): z.infer<typeof LedgerTransferDocument> {
  const { amount, asset } = transfer.amount
  return {
    id: transfer.id,
    at: toRfc3339(transfer.at),
    kind: KINDS[transfer.kind],
    debit: transfer.debit,
    credit: transfer.credit,
    amount: amount.toString(),
    asset,
    display: display(amount, asset, assets),
    holdId: transfer.holdId,
    link: transfer.link,
    reference: transfer.reference,
  }
}

/** Whole units of the asset, for people. */
export function display(amount: bigint, asset: AssetId, assets: AssetsById): string {
  const described = assets.get(asset)
  return described === undefined
    ? `${amount} atomic ${asset}`
    : `${formatUnits(amount, described)} ${described.code}`
}
