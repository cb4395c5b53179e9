import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Quote, QuoteSource, QuoteSourceWish } from './documents.ts'

/** `orchestra.quotes`: amounts of USD in another asset, signed, good for a minute and once. */
export type Quotes = {
  /** `usd` as a decimal, such as "12.5". Refused rather than guessed when no rate is fresh and sound. */
  create(usd: string, asset: string, options?: CallOptions): Promise<Quote>
  get(id: string, options?: CallOptions): Promise<Quote>
  /** Where rates come from; operators only. */
  sources(options?: CallOptions): Promise<QuoteSource[]>
  /** Makes or replaces a source; operators only. */
  putSource(name: string, source: QuoteSourceWish, options?: CallOptions): Promise<QuoteSource>
  removeSource(name: string, options?: CallOptions): Promise<void>
}

/** Makes `orchestra.quotes`. */
export function createQuotes(api: Api): Quotes {
  return {
    create: (usd, asset, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/quotes', { body: { usd, asset }, signal }),
      ),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/quotes/{id}', { params: { path: { id } }, signal }),
      ),
    sources: async (options) =>
      (await api.send(options, (client, signal) => client.GET('/v1/quote-sources', { signal })))
        .items,
    putSource: (name, source, options) =>
      api.send(options, (client, signal) =>
        client.PUT('/v1/quote-sources/{name}', {
          params: { path: { name } },
          body: source,
          signal,
        }),
      ),
    removeSource: async (name, options) => {
      await api.send(options, (client, signal) =>
        client.DELETE('/v1/quote-sources/{name}', { params: { path: { name } }, signal }),
      )
    },
  }
}
