import type {
  LedgerAccountDocument,
  LedgerTransferDocument,
} from '@mcp-orchestra/api/routes/ledger'
import type { AssetDocument } from '@mcp-orchestra/api/routes/assets'
import { formatUnits, toRfc3339, type Asset, type AssetId } from '@mcp-orchestra/kernel'
import { pageFrom } from '@mcp-orchestra/api/routes/page'
import type { StatementDocument } from '@mcp-orchestra/api/routes/statement'
import type { z } from '@hono/zod-openapi'
import type { ListedAsset } from '../asset.ts'
import { balanceOf, type AccountRow, type AccountSums } from '../balance.ts'
import type { Statement } from '../statement.ts'
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

/** A page of a statement on the wire; it was read with one entry more than the page holds. */
export function statementDocument(
  statement: Statement,
  limit: number,
  assets: AssetsById,
): z.infer<typeof StatementDocument> {
  const { account, asset, from, to, opening, closing, isFinal, entries } = statement
  const standing = (sums: AccountSums) => {
    const { posted, held } = balanceOf(sums)
    return {
      balance: posted.toString(),
      held: held.toString(),
      display: display(posted, asset, assets),
    }
  }
  return {
    account,
    asset,
    from: toRfc3339(from),
    to: toRfc3339(to),
    opening: standing(opening),
    closing: standing(closing),
    debits: (closing.debitsPosted - opening.debitsPosted).toString(),
    credits: (closing.creditsPosted - opening.creditsPosted).toString(),
    final: isFinal,
    ...pageFrom(
      entries,
      limit,
      ({ transfer }) => transfer.seq.toString(),
      ({ transfer, side, balance }) => ({
        transfer: transferDocument(transfer, assets),
        side,
        balance: balance.toString(),
        display: display(balance, asset, assets),
      }),
    ),
  }
}

/** Whole units of the asset, for people. */
function display(amount: bigint, asset: AssetId, assets: AssetsById): string {
  const described = assets.get(asset)
  return described === undefined
    ? `${amount} atomic ${asset}`
    : `${formatUnits(amount, described)} ${described.code}`
}
