import { assert, fromUuid, type Id } from '@mcp-orchestra/kernel'
import { accountNames } from '../../../../control-plane/src/modules/ledger/index.ts'
import { shareIdOf, type Month } from '../../../../control-plane/src/modules/metering/index.ts'
import { earningsOf } from '../../../../control-plane/src/modules/payments/testing/earnings.ts'
import { MONTHS } from '../month/calendar.ts'
import type { SeededMonth } from '../month/month.ts'
import { createSheet, type Cells, type Sheet } from '../recompute/cells.ts'
import { nameBack, type Names } from './name-back.ts'
import { valueOf, type MonthWorld } from './month-world.ts'
import type { Played } from './play-month.ts'
import { readInvoices } from './read-invoices.ts'

/** What the product says of a month, cell by cell as the recomputation names them. */
export async function readBooks(
  stage: MonthWorld,
  month: SeededMonth,
  played: Played,
): Promise<Cells> {
  const sheet = createSheet()
  const names = nameBack(stage, played)
  await readCalls(stage, names, sheet)
  await readEarnings(stage, month, { names, sheet })
  await readAccounts(stage, month, sheet)
  await readSales(stage, names, sheet)
  await readCases(stage, sheet)
  await readDistributions(stage, names, sheet)
  await readInvoices(stage, month, { names, sheet })
  if (played.refusedRefunds > 0) sheet.add('refunds: refused', BigInt(played.refusedRefunds))
  return sheet.cells
}

async function readCalls({ world }: MonthWorld, names: Names, sheet: Sheet): Promise<void> {
  const { rows } = await world.database.query<{ id: string; posted: bigint }>({
    text: 'select id, posted from metering.usage_events',
  })
  sheet.add('calls: in all', BigInt(rows.length))
  for (const { id, posted } of rows) {
    if (posted > 0n) sheet.add(`call ${names.call(id)}: posted`, posted)
  }
  const refunds = await world.database.query<Record<'amount' | 'fee', bigint> & { id: string }>({
    text: 'select event_id as id, amount, fee from payments.refunds',
  })
  for (const { id, amount, fee } of refunds.rows) {
    sheet.add(`call ${names.call(id)}: refunded`, amount)
    sheet.add(`call ${names.call(id)}: fee given back`, fee)
  }
}

type EarningRow = {
  readonly payer_id: string
  readonly publisher_id: string
  readonly share_id: string | null
  readonly place: number
  readonly part: bigint
}

/** What of every posted call went where, less what refunds took back; place 0 is the fee. */
const PARTS = `
  select payer_id, publisher_id, share_id, place, sum(part) as part from (
    select payer_id, publisher_id, share_id, 0 as place, fee as part
      from metering.usage_events where disposition = 'posted'
    union all
    select payer_id, publisher_id, share_id, place::int, part
      from metering.usage_events, unnest(shares) with ordinality as s (part, place)
      where disposition = 'posted'
    union all
    select payer_id, publisher_id, share_id, 0, -fee from payments.refunds
    union all
    select payer_id, publisher_id, share_id, place::int, -part
      from payments.refunds, unnest(shares) with ordinality as s (part, place)
  ) parts group by 1, 2, 3, 4`

async function readEarnings(
  { world }: MonthWorld,
  month: SeededMonth,
  { names, sheet }: { readonly names: Names; readonly sheet: Sheet },
): Promise<void> {
  const { rows } = await world.database.query<EarningRow>({ text: PARTS })
  const agreements = new Map(month.agreements.map((one) => [one.name, one]))
  for (const { payer_id, publisher_id, share_id, place, part } of rows) {
    const agreement = names.agreement(share_id === null ? null : fromUuid('shr', share_id))
    const parties = [names.organization(payer_id), names.organization(publisher_id)]
    const earning = `earning ${[...parties, agreement].join(' ')}`
    const who = agreements.get(agreement)?.parties[place - 1]?.who
    sheet.add(place === 0 ? `${earning}: fee` : `${earning}: share of ${who}`, part)
  }
}

/** Balances; nothing is lent to gateways any more, nothing waits to become payable, nobody owes anything. */
async function readAccounts(
  { world, names }: MonthWorld,
  month: SeededMonth,
  sheet: Sheet,
): Promise<void> {
  for (const payer of month.payers) {
    const id = valueOf(names.organizations, payer)
    sheet.add(`${payer}: available`, await world.available(id))
  }
  for (const who of [...month.publishers, ...month.sharers]) {
    const id = valueOf(names.organizations, who)
    sheet.add(`${who}: earned`, await earningsOf(world, id))
    sheet.add(`${who}: accrued`, await world.balance(accountNames.accrued(id)))
    sheet.add(`${who}: owed`, await world.balance(accountNames.owedByPublisher(id)))
  }
  const platform = (name: 'fees' | 'loss' | 'suspense') =>
    world.balance(accountNames.platform(name))
  sheet.add('platform: fees', await platform('fees'))
  // It grows by debits.
  sheet.add('platform: loss', -(await platform('loss')))
  sheet.add('platform: suspense', await platform('suspense'))
  const { rows } = await world.database.query<{ left: bigint }>({
    text: 'select coalesce(sum(granted - used - returned), 0) as left from payments.leases',
  })
  sheet.add('leases: left', rows[0]?.left ?? 0n)
}

async function readSales(
  { world, names: ids }: MonthWorld,
  names: Names,
  sheet: Sheet,
): Promise<void> {
  const { rows } = await world.database.query<
    Record<'payer_id' | 'server_id' | 'tool' | 'price_id' | 'share_id' | 'month', string> &
      Record<'calls' | 'posted' | 'refunded', bigint>
  >({ text: `select *, to_char(month, 'YYYY-MM') as month from metering.usage_totals` })
  for (const row of rows) {
    const sales = [
      names.organization(row.payer_id),
      names.server(fromUuid('srv', row.server_id)),
      row.tool,
      names.price(fromUuid('prc', row.price_id)),
      row.month,
      names.agreement(shareIdOf(row.share_id)),
    ].join(' ')
    sheet.add(`sales ${sales}: calls`, row.calls)
    sheet.add(`sales ${sales}: posted`, row.posted)
    sheet.add(`sales ${sales}: refunded`, row.refunded)
  }
  for (const organizationId of ids.organizations.values()) {
    await readSums(world, organizationId, { names, sheet })
  }
}

/** What a publisher is shown of its servers. */
async function readSums(
  world: MonthWorld['world'],
  organizationId: Id<'org'>,
  { names, sheet }: { readonly names: Names; readonly sheet: Sheet },
): Promise<void> {
  const sums = await world.metering.sumUsage({
    side: 'publisher',
    organizationId,
    serverId: undefined,
    tool: undefined,
    from: undefined,
    to: undefined,
    after: undefined,
    limit: 200,
  })
  assert(sums.length < 200, 'one page holds a publisher')
  for (const { serverId, tool, month, calls, posted } of sums) {
    const used = `used ${names.server(serverId)} ${tool} ${month}`
    sheet.add(`${used}: calls`, calls)
    sheet.add(`${used}: posted`, posted)
  }
}

async function readCases({ world }: MonthWorld, sheet: Sheet): Promise<void> {
  const { rows } = await world.database.query<{ kind: string; count: bigint }>({
    text: 'select kind, count(*) as count from payments.cases group by kind',
  })
  for (const { kind, count } of rows) sheet.add(`cases: ${kind}`, count)
}

/** Who got what of each server's months: what everybody is told adds up to what everybody has. */
async function readDistributions(
  { world, names: ids }: MonthWorld,
  names: Names,
  sheet: Sheet,
): Promise<void> {
  const principal = { ...world.operator, permissions: new Set(['platform:operate'] as const) }
  for (const [server, serverId] of ids.servers) {
    for (const month of MONTHS) {
      const split = await world.payments.shares.distribute(principal, {
        serverId,
        month: month as Month,
      })
      sheet.add(`server ${server} ${month}: posted`, split.gross)
      sheet.add(`server ${server} ${month}: refunded`, split.refunded)
      sheet.add('platform: distributed', split.fee)
      for (const { organizationId, amount } of split.parts) {
        sheet.add(`${names.organizationOf(organizationId)}: distributed`, amount)
      }
    }
  }
}
