import { assetId, type Asset, type Instant } from '@mcp-orchestra/kernel'
import { ASSET_CODE } from './account-name.ts'
import { refuse } from './problems.ts'

/** An asset as the ledger keeps it; only whether it is listed ever changes. */
export type ListedAsset = Asset & {
  readonly registeredAt: Instant
  /** Null while new transfers may be made in it. */
  readonly delistedAt: Instant | null
}

/** What the operator registers: a token on a chain. */
export type NewAsset = {
  /** CAIP-19, e.g. `eip155:8453/erc20:0x…`. */
  readonly id: string
  /** What people read; of accounts' names too. */
  readonly code: string
  /** Decimal places of the smallest unit. */
  readonly scale: number
}

/** Decimal places at most: an amount has 38 digits, of which the token needs some before the point. */
export const ASSET_SCALE_MAX = 24

/** An asset type, or an asset with its token id, on a chain (CAIP-19 §Specification). */
const CAIP_19 =
  /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}\/[-a-z0-9]{3,8}:[-.%a-zA-Z0-9]{1,128}(\/[-.%a-zA-Z0-9]{1,78})?$/

/** Checks a new asset; throws `ledger.invalid_asset`. */
export function requireAsset({ id, code, scale }: NewAsset): Asset {
  if (!CAIP_19.test(id)) throw refuse('ledger.invalid_asset', { detail: 'the id is not CAIP-19' })
  if (!ASSET_CODE.test(code)) {
    throw refuse('ledger.invalid_asset', {
      detail: 'a code has 1 to 20 letters, digits, dots and hyphens',
    })
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > ASSET_SCALE_MAX) {
    throw refuse('ledger.invalid_asset', {
      detail: `a scale is a whole number from 0 to ${ASSET_SCALE_MAX}`,
    })
  }
  return { id: assetId(id), code, scale }
}
