import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { ShareAgreement } from './documents.ts'

/** Who has a share of what a server earns, in basis points of what is left after the platform's fee. */
export type ShareParty = ShareAgreement['parties'][number]

/** `orchestra.shares`: who has a part of what servers earn, besides their publisher. */
export type Shares = {
  /** All versions of a server, newest first. */
  list(serverId: string, options?: CallOptions): Promise<readonly ShareAgreement[]>
  /**
   * Publishes the next version; it starts a minute from now at the earliest (`startsAt`: RFC 3339). No parties: the
   * publisher has it all again.
   */
  publish(
    serverId: string,
    parties: readonly ShareParty[],
    options?: CallOptions & { readonly startsAt?: string },
  ): Promise<ShareAgreement>
}

/** Makes `orchestra.shares`. */
export function createShares(api: Api): Shares {
  return {
    async list(id, options) {
      const answer = await api.send(options, (client, signal) =>
        client.GET('/v1/servers/{id}/shares', { params: { path: { id } }, signal }),
      )
      return answer.items
    },
    publish: (id, parties, { startsAt, ...options } = {}) =>
      api.send(options, (client, signal) =>
        client.PUT('/v1/servers/{id}/shares', {
          params: { path: { id } },
          body: { parties: [...parties], ...(startsAt === undefined ? {} : { startsAt }) },
          signal,
        }),
      ),
  }
}
