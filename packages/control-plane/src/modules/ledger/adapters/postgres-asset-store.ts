import { assetId, toRfc3339, type Instant } from '@mcp-orchestra/kernel'
import { pgOf, type Database } from '../../../infra/postgres/index.ts'
import type { ListedAsset } from '../asset.ts'
import type { AssetStore } from '../ports.ts'
import { translate } from './sql-problem.ts'

type Row = {
  asset: string
  code: string
  scale: number
  registered_at: Instant
  delisted_at: Instant | null
}

const COLUMNS = 'asset, code, scale, registered_at, delisted_at'

/** Assets in `ledger.assets`. */
export function createPostgresAssetStore(database: Pick<Database, 'query'>): AssetStore {
  return {
    async page({ after, limit }) {
      const { rows } = await database.query<Row>({
        text: `select ${COLUMNS} from ledger.assets
          where $1::text is null or asset > $1 order by asset limit $2`,
        values: [after ?? null, limit],
      })
      return rows.map(assetOf)
    },
    async find(ids) {
      const { rows } = await database.query<Row>({
        text: `select ${COLUMNS} from ledger.assets where asset = any ($1::text[])`,
        values: [ids],
      })
      return rows.map(assetOf)
    },
    async add(tx, { id, code, scale }, at) {
      try {
        await pgOf(tx).query({
          text: `insert into ledger.assets (asset, code, scale, registered_at) values ($1, $2, $3, $4)`,
          values: [id, code, scale, toRfc3339(at)],
        })
      } catch (error) {
        throw translate(error, { asset: id, assetCode: code })
      }
      return { id, code, scale, registeredAt: at, delistedAt: null }
    },
    async lock(tx, code) {
      const { rows } = await pgOf(tx).query<Row>({
        text: `select ${COLUMNS} from ledger.assets where code = $1 for no key update`,
        values: [code],
      })
      return rows[0] === undefined ? undefined : assetOf(rows[0])
    },
    async setDelisted(tx, id, at) {
      try {
        await pgOf(tx).query({
          text: 'update ledger.assets set delisted_at = $2 where asset = $1',
          values: [id, at === null ? null : toRfc3339(at)],
        })
      } catch (error) {
        throw translate(error, { asset: id })
      }
    },
  }
}

function assetOf({ asset, code, scale, registered_at, delisted_at }: Row): ListedAsset {
  return {
    id: assetId(asset),
    code,
    scale,
    registeredAt: registered_at,
    delistedAt: delisted_at,
  }
}
