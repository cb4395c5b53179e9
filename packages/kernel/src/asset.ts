/** The identifier of an asset: `USD` for the metering unit, CAIP-19 for assets on a chain. */
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
export const USD: Asset = { id: assetId('USD'), code: 'USD', scale: 18 }
