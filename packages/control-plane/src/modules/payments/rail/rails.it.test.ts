import { toUuid, type Id } from '@mcp-orchestra/kernel'
import { startTestDatabase, TEST_VERSIONS } from '../../../infra/postgres/testing.ts'
import { accountNames } from '../../ledger/index.ts'
import { postgresRailOrderStore } from '../adapters/payouts/postgres-rail-order-store.ts'
import { postgresPaymentsStores } from '../adapters/postgres-stores.ts'
import { createWorld, type World } from '../testing/world.ts'
import { createBalanceRail } from './balance-rail.ts'
import { createBankRail } from './bank-rail.ts'
import { railContract, type RailBench } from './rail.contract.ts'

const IBAN = { kind: 'iban', holder: 'Ada', iban: 'DE89370400440532013000' } as const
const BALANCE = { kind: 'balance' } as const

for (const version of TEST_VERSIONS) {
  railContract(`balance, on PostgreSQL ${version},`, ['holds', 'payouts'], () =>
    startBench(version, (world) => ({
      rail: createBalanceRail({ ...depsOf(world), leases: postgresPaymentsStores.leases }),
      destination: BALANCE,
      elsewhere: IBAN,
      paidOut: (organizationId) => world.available(organizationId),
    })),
  )
  railContract(`bank, on PostgreSQL ${version},`, ['deposits', 'payouts'], () =>
    startBench(version, (world) => ({
      rail: createBankRail(depsOf(world)),
      destination: IBAN,
      elsewhere: BALANCE,
      // What a person is asked to carry out.
      paidOut: async (organizationId) => {
        const { rows } = await world.database.query<{ amount: bigint }>({
          text: `select sum(amount) as amount from payments.rail_orders
                 where rail = 'bank' and organization_id = $1`,
          values: [toUuid(organizationId)],
        })
        return rows[0]?.amount ?? 0n
      },
    })),
  )
}

function depsOf({ database, ledger, clock }: World) {
  const { transactions } = database
  return { transactions, ledger, clock, railOrders: postgresRailOrderStore }
}

async function startBench(
  version: (typeof TEST_VERSIONS)[number],
  make: (world: World) => Pick<RailBench, 'rail' | 'destination' | 'elsewhere' | 'paidOut'>,
): Promise<RailBench> {
  const server = await startTestDatabase({ version })
  const world = await createWorld(server.url)
  return {
    ...make(world),
    newOrganization: (): Id<'org'> => world.ids.make('org'),
    fund: (organizationId, amount) => world.topUp(amount, organizationId),
    available: async (organizationId) =>
      (await world.ledger.balance(undefined, accountNames.available(organizationId))).available,
    audit: () => world.audits(),
    async stop() {
      await world.close()
      await server.stop()
    },
  }
}
