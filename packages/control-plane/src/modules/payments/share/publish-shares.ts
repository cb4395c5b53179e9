import type { Principal } from '@mcp-orchestra/api/permission'
import { BPS_WHOLE, parseId, type Id, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import type { PaymentsDeps } from '../deps.ts'
import { refuse } from '../problems.ts'
import {
  SHARE_ROLES,
  type ShareAgreement,
  type ShareParty,
  type ShareRole,
} from './share-agreement.ts'

/**
 * How far ahead of its start an agreement is published, in ms: more than clocks of gateways may differ, so that no
 * call that was recorded before the publication is sold under it.
 */
export const SHARES_NOTICE_MS = 60_000

/** What a publisher wants to share of a server from a moment on. */
export type SharesWish = {
  readonly serverId: string
  readonly parties: readonly {
    readonly role: ShareRole
    readonly organizationId: string
    readonly bps: number
  }[]
  /** Undefined: as soon as may be. */
  readonly startsAt: Instant | undefined
}

/** What publishing an agreement needs. */
export type PublishSharesDeps = Pick<
  PaymentsDeps,
  'transactions' | 'shares' | 'servers' | 'directory' | 'audit' | 'clock' | 'ids'
>

/**
 * Publishes the next version of who shares what a server earns, for its owner or the operator. Saying again what the
 * last version says publishes nothing and answers that version. Audited.
 */
export async function publishShares(
  deps: PublishSharesDeps,
  principal: Principal,
  wish: SharesWish,
): Promise<ShareAgreement> {
  return deps.transactions.run(async (tx) => {
    const { serverId, publisherId } = await requireOwn(deps, tx, principal, wish.serverId)
    const parties = await partiesOf(deps, tx, publisherId, wish)
    const versions = await deps.shares.versionsForPublication(tx, serverId)
    const now = deps.clock.now()
    const earliest = (now + SHARES_NOTICE_MS) as Instant
    const last = versions.at(-1)
    if (last !== undefined && isSame(last, publisherId, parties, wish.startsAt)) return last
    // Versions start in their order: the highest that has started is in force.
    const soonest = last === undefined || last.startsAt < earliest ? earliest : last.startsAt
    const startsAt = wish.startsAt ?? soonest
    if (startsAt < soonest) throw refuse('payments.shares_start_too_early')
    const agreement: ShareAgreement = {
      id: deps.ids.make('shr'),
      serverId,
      version: (last?.version ?? 0) + 1,
      publisherId,
      publishedAt: now,
      startsAt,
      parties,
    }
    await deps.shares.add(tx, agreement)
    await deps.audit.record(tx, {
      organizationId: publisherId,
      actor: principal.keyId ?? principal.memberId ?? 'system',
      action: 'shares.published',
      target: agreement.id,
      detail: { server: serverId, version: agreement.version, parties: parties.length },
    })
    return agreement
  })
}

/** The server and its owner, for the owner and the operator; to anybody else it is not there. */
export async function requireOwn(
  deps: Pick<PublishSharesDeps, 'servers'>,
  tx: Transaction,
  { organizationId, permissions }: Principal,
  text: string,
): Promise<{ readonly serverId: Id<'srv'>; readonly publisherId: Id<'org'> }> {
  const serverId = parseId('srv', text)
  const listing = serverId === undefined ? undefined : await deps.servers.listingOf(tx, serverId)
  const publisherId = listing?.ownerId
  const mayRead = publisherId === organizationId || permissions.has('platform:operate')
  if (serverId === undefined || publisherId === undefined || !mayRead) {
    throw refuse('payments.server_not_found')
  }
  return { serverId, publisherId }
}

async function partiesOf(
  deps: Pick<PublishSharesDeps, 'directory'>,
  tx: Transaction,
  publisherId: Id<'org'>,
  wish: SharesWish,
): Promise<ShareParty[]> {
  const parties: ShareParty[] = []
  for (const { role, organizationId, bps } of wish.parties) {
    const id = parseId('org', organizationId)
    if (id === undefined || id === publisherId || !(await deps.directory.exists(tx, id))) {
      throw refuse('payments.share_party_unknown', { members: { organizationId } })
    }
    parties.push({ role, organizationId: id, bps })
  }
  const whole = parties.reduce((sum, { bps }) => sum + BigInt(bps), 0n)
  const different = new Set(parties.map(({ organizationId }) => organizationId))
  if (whole > BPS_WHOLE || different.size !== parties.length)
    throw refuse('payments.shares_invalid')
  return parties.toSorted((a, b) => SHARE_ROLES.indexOf(a.role) - SHARE_ROLES.indexOf(b.role))
}

function isSame(
  last: ShareAgreement,
  publisherId: Id<'org'>,
  parties: readonly ShareParty[],
  startsAt: Instant | undefined,
): boolean {
  return (
    last.publisherId === publisherId &&
    (startsAt ?? last.startsAt) === last.startsAt &&
    JSON.stringify(last.parties) === JSON.stringify(parties)
  )
}
