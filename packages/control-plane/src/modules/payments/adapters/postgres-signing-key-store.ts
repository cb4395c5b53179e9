import { toRfc3339, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { SigningKeyStore } from '../signing/ports.ts'
import type { SigningKey } from '../signing/signing-key.ts'

type KeyRow = {
  kid: string
  public_key: Buffer
  sealed: Buffer | null
  created_at: Instant
  signs_from: Instant
  revoked_at: Instant | null
}

/** Signing keys in PostgreSQL: a handful of rows. */
export const postgresSigningKeyStore: SigningKeyStore = {
  all,
  async lockAll(tx) {
    await pgOf(tx).query({
      text: `select pg_advisory_xact_lock(hashtextextended('payments.signing_keys', 0))`,
    })
    return all(tx)
  },
  async add(tx, key) {
    await pgOf(tx).query({
      text: `insert into payments.signing_keys (kid, public_key, sealed, created_at, signs_from)
             values ($1, $2, $3, $4, $5)`,
      values: [
        key.kid,
        key.publicKey,
        key.sealed,
        toRfc3339(key.createdAt),
        toRfc3339(key.signsFrom),
      ],
    })
  },
  async retire(tx, kid, revokedAt) {
    await pgOf(tx).query({
      text: `update payments.signing_keys
             set sealed = null, revoked_at = coalesce($2::timestamptz, revoked_at) where kid = $1`,
      values: [kid, revokedAt === null ? null : toRfc3339(revokedAt)],
    })
  },
}

async function all(tx: Transaction): Promise<SigningKey[]> {
  const { rows } = await pgOf(tx).query<KeyRow>({
    text: 'select * from payments.signing_keys order by signs_from desc, kid',
  })
  return rows.map((row) => ({
    kid: row.kid,
    publicKey: row.public_key,
    sealed: row.sealed,
    createdAt: row.created_at,
    signsFrom: row.signs_from,
    revokedAt: row.revoked_at,
  }))
}
