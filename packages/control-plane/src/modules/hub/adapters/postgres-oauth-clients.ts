import { instant, toRfc3339, toUuid } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Seal } from '../ports.ts'
import type { ClientInformation } from '../upstream-auth/oauth-sdk.ts'
import type { ChallengeStore, ClientStore } from '../upstream-auth/ports.ts'

/** Clients that authorization servers made for us; a secret that has ended is as good as none. */
export function createPostgresOAuthClients(seal: Seal): ClientStore {
  return {
    async find(tx, issuer, callbackUrl, now) {
      const { rows } = await pgOf(tx).query<{ client_sealed: Buffer }>({
        text: `select client_sealed from hub.oauth_clients where issuer = $1 and callback_url = $2
               and (secret_expires_at is null or secret_expires_at > $3)`,
        values: [issuer, callbackUrl, toRfc3339(now)],
      })
      const [row] = rows
      if (row === undefined) return undefined
      // It was written by `keep` below and is authenticated: its form is the SDK's.
      return JSON.parse(
        seal.open(row.client_sealed, contextOf(issuer, callbackUrl)),
      ) as ClientInformation
    },
    async keep(tx, issuer, callbackUrl, client) {
      const endSeconds = client.client_secret_expires_at
      await pgOf(tx).query({
        text: `insert into hub.oauth_clients (issuer, callback_url, client_sealed, secret_expires_at)
               values ($1, $2, $3, $4) on conflict (issuer, callback_url) do update
               set client_sealed = $3, secret_expires_at = $4`,
        values: [
          issuer,
          callbackUrl,
          seal.seal(JSON.stringify(client), contextOf(issuer, callbackUrl)),
          // Zero: never (RFC 7591 §3.2.1).
          endSeconds === undefined || endSeconds === 0
            ? null
            : toRfc3339(instant(endSeconds * 1_000)),
        ],
      })
    },
    async forget(tx, issuer, callbackUrl) {
      await pgOf(tx).query({
        text: 'delete from hub.oauth_clients where issuer = $1 and callback_url = $2',
        values: [issuer, callbackUrl],
      })
    },
  }
}

/** The last challenge of each server. */
export const postgresChallenges: ChallengeStore = {
  async put(tx, serverId, challenge) {
    await pgOf(tx).query({
      text: `insert into hub.challenges (server_id, challenge) values ($1, $2)
             on conflict (server_id) do update set challenge = $2 where challenges.challenge <> $2`,
      values: [toUuid(serverId), challenge],
    })
  },
  async find(tx, serverId) {
    const { rows } = await pgOf(tx).query<{ challenge: string }>({
      text: 'select challenge from hub.challenges where server_id = $1',
      values: [toUuid(serverId)],
    })
    return rows[0]?.challenge
  },
}

function contextOf(issuer: string, callbackUrl: string): string {
  return `v1|hub.oauth_clients|${issuer}|${callbackUrl}|client`
}
