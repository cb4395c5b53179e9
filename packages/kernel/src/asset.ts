/** The identifier of an asset: its code for the well-known ones, CAIP-19 for tokens on a chain. */
export type AssetId = string & { readonly __asset: unique symbol }

/** An asset and how many decimal places its smallest unit has (USD 18: one unit is 1e-18 USD). */
export type Asset = { readonly id: AssetId; readonly code: string; readonly scale: number }

/** The longest asset identifier: CAIP-19 allows 128 + 1 + 78 + 1 + 78 characters at the most. */
const ASSET_ID_CHARS_MAX = 286

/** Brands a string as an asset id; throws RangeError when it is empty, too long or has spaces. */
export function assetId(text: string): AssetId {
  if (text.length === 0 || text.length > ASSET_ID_CHARS_MAX || /\s/.test(text)) {
    throw new RangeError('an asset id is 1 to 286 characters without spaces')
  }
  return text as AssetId
}

/** The metering unit: US dollars at scale 18, so one atomic unit is one atto-USD (1e-18 USD). */
export const USD: Asset = wellKnown('USD', 18)

/**
 * The assets that every ledger keeps from its first day, in the smallest unit that they are paid in;
 * `BTC.MSAT` is bitcoin by the millisatoshi of Lightning (BOLT 11). Others are registered.
 */
export const WELL_KNOWN_ASSETS: readonly Asset[] = [
  USD,
  wellKnown('BTC', 8),
  wellKnown('BTC.MSAT', 11),
  wellKnown('ETH', 18),
  wellKnown('USDC', 6),
  wellKnown('USDT', 6),
]

const byId = new Map<string, Asset>(WELL_KNOWN_ASSETS.map((asset) => [asset.id, asset]))

/** A well-known asset by its id; undefined for tokens that were registered. */
export function findWellKnownAsset(id: string): Asset | undefined {
  return byId.get(id)
}

function wellKnown(code: string, scale: number): Asset {
  return { id: assetId(code), code, scale }
}
