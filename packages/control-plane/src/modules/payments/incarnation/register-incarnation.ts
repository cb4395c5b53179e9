import type {
  IncarnationRequest,
  IncarnationResponse,
  JournalCursor,
} from '@mcp-orchestra/api/gateway-link'
import { assert, type Id, type Transaction } from '@mcp-orchestra/kernel'
import type { PaymentsDeps } from '../deps.ts'
import { genesisHash } from '../journal/hash-chain.ts'
import { refuse } from '../problems.ts'
import { registrationOf, type JournalReport, type Registration } from './journal-report.ts'
import { raiseEpoch } from './raise-epoch.ts'
import { repostLostLeases, type RepostDeps } from './repost-lost-leases.ts'
import { reportMissingJournals } from './report-missing-journals.ts'
import { thawWhenComplete } from './thaw.ts'

/** What a registration needs. */
export type RegisterDeps = RepostDeps & Pick<PaymentsDeps, 'audit'>

/**
 * Registers a process start and takes note of the journals that it found (spending §1.4): each is
 * answered with the cursor that the database names, and an earlier process that left one gets no lease
 * any more. A journal that was acknowledged further than the cursor proves that the database went
 * back: the epoch is raised, and leases that the database lost are posted again (spending §5.18).
 * Repeating a registration changes nothing.
 */
export async function registerIncarnation(
  deps: RegisterDeps,
  slot: string,
  request: IncarnationRequest,
): Promise<IncarnationResponse> {
  if (request.gateway !== slot) throw refuse('payments.slot_mismatch')
  const registration = registrationOf(request)
  return deps.transactions.run((tx) => register(deps, tx, slot, registration))
}

async function register(
  deps: RegisterDeps,
  tx: Transaction,
  slot: string,
  { incarnationId, journals }: Registration,
): Promise<IncarnationResponse> {
  // One registration at a time: each may raise the epoch, and all must agree on which it is.
  const before = await deps.epochs.lock(tx)
  // While frozen, every journal may be ahead of the database: that is the same restore, not another.
  const regression = before.frozen ? undefined : await findRegression(deps, tx, journals)
  const { epoch } =
    regression === undefined
      ? before
      : await raiseEpoch(deps, tx, { actor: incarnationId, reason: regression })
  for (const journal of journals) {
    if (journal.incarnationId === incarnationId) continue
    await makeKnown(deps, tx, { id: journal.incarnationId, slot, epoch })
  }
  await makeKnown(deps, tx, { id: incarnationId, slot, epoch })
  for (const journal of journals) await takeReport(deps, tx, { journal, incarnationId, epoch })
  await reportMissingJournals(deps, tx, { slot, incarnationId, journals })
  await thawWhenComplete(deps, tx)
  const cursors: JournalCursor[] = []
  for (const journal of journals) cursors.push(await cursorOf(deps, tx, journal.incarnationId))
  return { epoch, cursors }
}

/** A sentence on why the database must have gone back, if a journal proves it. */
async function findRegression(
  deps: RegisterDeps,
  tx: Transaction,
  journals: readonly JournalReport[],
): Promise<string | undefined> {
  for (const { incarnationId, acknowledgedSeq, leases } of journals) {
    const cursor = await deps.incarnations.cursor(tx, incarnationId)
    if (cursor !== undefined && cursor.state !== 'open') continue
    if (acknowledgedSeq > (cursor?.seq ?? 0)) {
      return `Journal ${incarnationId} was acknowledged up to ${acknowledgedSeq}; the database has it up to ${cursor?.seq ?? 0}.`
    }
    const ids = leases.map(({ leaseId }) => leaseId)
    const known = new Set((await deps.leases.lock(tx, ids)).map(({ id }) => id))
    const lost = ids.find((id) => !known.has(id))
    if (lost !== undefined) return `Lease ${lost} was granted; the database does not have it.`
  }
  return undefined
}

async function makeKnown(
  deps: RegisterDeps,
  tx: Transaction,
  process: { readonly id: Id<'inc'>; readonly slot: string; readonly epoch: number },
): Promise<void> {
  const added = await deps.incarnations.add(
    tx,
    {
      id: process.id,
      slot: process.slot,
      state: 'open',
      reportedEpoch: process.epoch,
      reportedSeq: 0,
      successorId: null,
      registeredAt: deps.clock.now(),
    },
    { seq: 0, hash: genesisHash(process.id) },
  )
  if (added) return
  const known = await deps.incarnations.lock(tx, process.id, 'batch')
  if (known?.slot !== process.slot) throw refuse('payments.slot_mismatch')
}

/** What a reported journal changes: its process is succeeded, its leases are known in this epoch. */
async function takeReport(
  deps: RegisterDeps,
  tx: Transaction,
  found: {
    readonly journal: JournalReport
    readonly incarnationId: Id<'inc'>
    readonly epoch: number
  },
): Promise<void> {
  const { journal, incarnationId, epoch } = found
  const incarnation = await deps.incarnations.lock(tx, journal.incarnationId, 'end')
  assert(incarnation !== undefined, 'a reported journal is known by now')
  if (incarnation.state !== 'open') return
  if (journal.incarnationId !== incarnationId) {
    await deps.incarnations.succeed(tx, journal.incarnationId, incarnationId)
  }
  await deps.incarnations.report(tx, journal.incarnationId, epoch, journal.lastSeq)
  await repostLostLeases(deps, tx, { journal, epoch })
}

async function cursorOf(
  deps: RegisterDeps,
  tx: Transaction,
  id: Id<'inc'>,
): Promise<JournalCursor> {
  const cursor = await deps.incarnations.cursor(tx, id)
  assert(cursor !== undefined, 'a reported journal is known by now')
  return {
    incarnationId: id,
    seq: cursor.seq,
    hash: cursor.hash.toString('hex'),
    state: cursor.state,
  }
}
