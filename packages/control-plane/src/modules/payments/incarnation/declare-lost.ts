import type { Principal } from '@mcp-orchestra/api/permission'
import { money, parseId, type Id, type Transaction } from '@mcp-orchestra/kernel'
import { accountNames } from '../../ledger/index.ts'
import type { CaseOpening } from '../case/case.ts'
import { openCases } from '../case/open-cases.ts'
import type { PaymentsDeps } from '../deps.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import { remainderOf, type Lease } from '../lease/lease.ts'
import { refuse } from '../problems.ts'
import { thawWhenComplete, type ThawDeps } from './thaw.ts'

/** What declaring a journal lost needs. */
export type DeclareLostDeps = ThawDeps & Pick<PaymentsDeps, 'caps' | 'journal' | 'cases' | 'audit'>

/** What an incarnation still held when it was declared lost. */
export type DeclaredLost = {
  readonly incarnationId: Id<'inc'>
  readonly leasesClosed: number
  /** Given back to payers, in atto-USD. */
  readonly returned: bigint
}

/**
 * Gives up an incarnation whose journal will not come (spending §1.3 b): it is fenced, its leases go
 * back to their payers, and whatever arrives later goes to suspense and a case, never to a payer.
 * Audited. Declaring a lost one lost again changes nothing; one that ended in order is refused.
 */
export async function declareLost(
  deps: DeclareLostDeps,
  principal: Principal,
  text: string,
): Promise<DeclaredLost> {
  const id = parseId('inc', text)
  if (id === undefined) throw refuse('payments.incarnation_not_found')
  return deps.transactions.run((tx) => declare(deps, tx, principal, id))
}

async function declare(
  deps: DeclareLostDeps,
  tx: Transaction,
  principal: Principal,
  id: Id<'inc'>,
): Promise<DeclaredLost> {
  // Before anything else, like every writer that may end a freeze.
  await deps.epochs.lock(tx)
  const incarnation = await deps.incarnations.lock(tx, id, 'end')
  if (incarnation === undefined) throw refuse('payments.incarnation_not_found')
  if (incarnation.state === 'ended') throw refuse('payments.incarnation_ended')
  if (incarnation.state === 'lost') return { incarnationId: id, leasesClosed: 0, returned: 0n }
  const now = deps.clock.now()
  const cursor = await deps.journal.lockCursor(tx, id)
  const leases = await deps.leases.lockOpenOf(tx, id)
  const intents = await deps.journal.intents(tx, id, 'all')
  await deps.incarnations.close(tx, id, 'lost', now)
  await giveAllBack(deps, tx, leases)
  const returned = leases.reduce((sum, lease) => sum + remainderOf(lease), 0n)
  await deps.audit.record(tx, {
    organizationId: null,
    actor: principal.keyId ?? principal.memberId ?? 'system',
    action: 'gateway_incarnation.declared_lost',
    target: id,
    detail: { cursor: cursor?.seq ?? 0, leases: leases.length, returned: returned.toString() },
  })
  const openings: CaseOpening[] = [
    {
      kind: 'journal_lost',
      subject: id,
      organizationId: null,
      incarnationId: id,
      amount: returned,
      asset: leases[0]?.asset ?? null,
      detail: { slot: incarnation.slot, cursor: cursor?.seq ?? 0, leases: leases.length },
    },
    ...intents
      .filter(({ opensCase }) => opensCase)
      .map((intent): CaseOpening => ({
        kind: 'intent_unresolved',
        subject: intent.id,
        organizationId: intent.payerId,
        incarnationId: id,
        amount: 0n,
        asset: null,
        detail: {
          server: intent.serverId,
          tool: intent.tool,
          reserved: intent.reserved.toString(),
        },
      })),
  ]
  await openCases(deps, tx, openings)
  await deps.cases.resolve(tx, 'journal_missing', id)
  await deps.journal.changeIntents(
    tx,
    id,
    [],
    intents.map((intent) => intent.id),
  )
  await thawWhenComplete(deps, tx)
  return { incarnationId: id, leasesClosed: leases.length, returned }
}

async function giveAllBack(
  deps: DeclareLostDeps,
  tx: Transaction,
  leases: readonly Lease[],
): Promise<void> {
  const changes = leases.map((lease) => {
    const givenBack = remainderOf(lease)
    const { id, used } = lease
    return { id, used, returned: lease.returned + givenBack, state: 'lost' as const, givenBack }
  })
  await deps.leases.apply(tx, changes, deps.clock.now())
  await deps.caps.giveBack(tx, changes)
  const transfers = leases
    .filter((lease) => remainderOf(lease) > 0n)
    .map((lease) => ({
      id: transferIdOf('lease lost', lease.id),
      debit: accountNames.leased(lease.payerId, lease.incarnationId),
      credit: accountNames.available(lease.payerId),
      amount: money(remainderOf(lease), lease.asset),
      reference: lease.id,
    }))
  if (transfers.length > 0) await deps.ledger.post(tx, transfers)
}
