import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Asset } from './documents.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** A token to register: its CAIP-19 id, what people read, and the decimal places of its smallest unit. */
export type NewAsset = { readonly id: string; readonly code: string; readonly scale: number }

/** `orchestra.assets`: what the books are kept in. */
export type Assets = {
  list(options?: PageOptions): List<Asset>
  /** Operators only. Id, code and scale never change. */
  register(asset: NewAsset, options?: CallOptions): Promise<Asset>
  /** Operators only. Ends new transfers in an asset that nobody holds, or begins them again. */
  setListed(code: string, listed: boolean, options?: CallOptions): Promise<Asset>
}

/** Makes `orchestra.assets`. */
export function createAssets(api: Api): Assets {
  return {
    list: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/assets', { params: { query }, signal }),
        ),
      ),
    register: (asset, options) =>
      api.send(options, (client, signal) => client.POST('/v1/assets', { body: asset, signal })),
    setListed: (code, listed, options) =>
      api.send(options, (client, signal) =>
        client.PUT('/v1/assets/{code}/listing', {
          params: { path: { code } },
          body: { listed },
          signal,
        }),
      ),
  }
}
