import type { Principal } from '@mcp-orchestra/api/permission'
import { instant, parseId, type Id, type Money, type Transaction } from '@mcp-orchestra/kernel'
import type { Cap } from '../cap/cap.ts'
import { capEntityOf, requireRoom } from '../cap/manage-caps.ts'
import { spenderScopeOf } from '../cap/spender-scope.ts'
import type { PaymentsDeps } from '../deps.ts'
import type { MandatePageQuery } from '../ports.ts'
import { refuse } from '../problems.ts'
import {
  mandateEntityOf,
  statusOf,
  type Mandate,
  type MandatePrincipal,
  type MandateStanding,
} from './mandate.ts'

/** What giving and revoking mandates need. */
export type ManageMandatesDeps = Pick<
  PaymentsDeps,
  | 'transactions'
  | 'mandates'
  | 'caps'
  | 'leases'
  | 'directory'
  | 'snapshot'
  | 'audit'
  | 'clock'
  | 'ids'
>

/** The mandate that somebody wants to give. */
export type MandateWish = Pick<Mandate, 'name' | 'allow'> & {
  readonly principal: { readonly kind: 'key' | 'agent'; readonly id: string }
  readonly limit: Money
  readonly perCall: Money | undefined
  readonly lastsMs: number
}

/** A mandate with what it has used, and the snapshot version that has it. */
export type ChangedMandate = {
  readonly mandate: MandateStanding
  readonly snapshotVersion: number
}

/** Mandates in force of one key or agent: a gateway looks through them for each purchase. */
const MANDATES_PER_PRINCIPAL_MAX = 16

/**
 * Gives a mandate, with the caps that bound it. What its principal had before and is over leaves the gateways:
 * the new one keeps the principal bound. Audited.
 */
export async function giveMandate(
  deps: ManageMandatesDeps,
  principal: Principal,
  wish: MandateWish,
): Promise<ChangedMandate> {
  const { organizationId } = principal
  return deps.transactions.run(async (tx) => {
    const now = deps.clock.now()
    await deps.leases.lockPayer(tx, organizationId)
    const mandate: Mandate = {
      id: deps.ids.make('mdt'),
      organizationId,
      name: wish.name,
      principal: await principalOf(deps, tx, organizationId, wish.principal),
      allow: wish.allow,
      asset: wish.limit.asset,
      limit: wish.limit.amount,
      perCall: wish.perCall?.amount ?? null,
      createdBy: actorOf(principal),
      createdAt: now,
      expiresAt: instant(now + wish.lastsMs),
      revokedAt: null,
    }
    await makeRoom(deps, tx, mandate)
    await deps.mandates.add(tx, mandate)
    await addCaps(deps, tx, mandate)
    await tell(deps, tx, principal, 'mandate.given', mandate)
    const snapshotVersion = await deps.snapshot.put(
      tx,
      'mandate',
      mandate.id,
      mandateEntityOf(mandate),
    )
    return { mandate: { ...mandate, taken: 0n }, snapshotVersion }
  })
}

/** Ends a mandate: gateways end what is being bought under it. Audited; a stranger's is not found. */
export async function revokeMandate(
  deps: ManageMandatesDeps,
  principal: Principal,
  text: string,
): Promise<ChangedMandate> {
  return deps.transactions.run(async (tx) => {
    await deps.leases.lockPayer(tx, principal.organizationId)
    const found = await ownMandate(deps, tx, principal.organizationId, text)
    if (found.revokedAt !== null) throw refuse('payments.mandate_revoked')
    const mandate = { ...found, revokedAt: deps.clock.now() }
    await deps.mandates.revoke(tx, mandate.id, mandate.revokedAt)
    await tell(deps, tx, principal, 'mandate.revoked', mandate)
    const snapshotVersion = await deps.snapshot.put(
      tx,
      'mandate',
      mandate.id,
      mandateEntityOf(mandate),
    )
    return { mandate, snapshotVersion }
  })
}

/** One mandate of the organization; a stranger's is not found. */
export function readMandate(
  deps: ManageMandatesDeps,
  organizationId: Id<'org'>,
  text: string,
): Promise<MandateStanding> {
  return deps.transactions.run((tx) => ownMandate(deps, tx, organizationId, text))
}

/** Mandates of the organization, newest first. */
export function listMandates(
  deps: ManageMandatesDeps,
  query: MandatePageQuery,
): Promise<MandateStanding[]> {
  return deps.transactions.run((tx) => deps.mandates.page(tx, query))
}

async function ownMandate(
  deps: ManageMandatesDeps,
  tx: Transaction,
  organizationId: Id<'org'>,
  text: string,
): Promise<MandateStanding> {
  const id = parseId('mdt', text)
  const mandate = id === undefined ? undefined : await deps.mandates.find(tx, id)
  if (mandate?.organizationId !== organizationId) throw refuse('payments.mandate_not_found')
  return mandate
}

/** A key that makes keys could make itself one that its mandate does not bind. */
async function principalOf(
  deps: ManageMandatesDeps,
  tx: Transaction,
  organizationId: Id<'org'>,
  { kind, id }: MandateWish['principal'],
): Promise<MandatePrincipal> {
  const scope = await spenderScopeOf(deps, tx, organizationId, { kind, id })
  if (scope.kind === 'agent') return scope
  const key = scope.kind === 'key' ? parseId('key', id) : undefined
  const facts = key === undefined ? undefined : await deps.directory.keyOf(tx, key)
  if (scope.kind !== 'key' || facts === undefined) throw refuse('payments.cap_scope_unknown')
  if (facts.permissions.includes('keys:write')) throw refuse('payments.mandate_principal_unfit')
  return scope
}

async function makeRoom(
  deps: ManageMandatesDeps,
  tx: Transaction,
  { organizationId, principal, createdAt }: Mandate,
): Promise<void> {
  const announced = await deps.mandates.announcedOf(tx, organizationId, principal)
  const ended = announced.filter((mandate) => statusOf(mandate, createdAt) !== 'active')
  if (announced.length - ended.length >= MANDATES_PER_PRINCIPAL_MAX) {
    throw refuse('payments.mandate_limit_reached')
  }
  await deps.mandates.forget(
    tx,
    ended.map(({ id }) => id),
  )
  for (const { id } of ended) {
    await deps.snapshot.put(tx, 'mandate', id, null)
    for (const capId of await deps.caps.removeOf(tx, { kind: 'mandate', id }, createdAt)) {
      await deps.snapshot.put(tx, 'cap', capId, null)
    }
  }
}

async function addCaps(deps: ManageMandatesDeps, tx: Transaction, mandate: Mandate): Promise<void> {
  const { id, organizationId, asset, limit, perCall, createdAt } = mandate
  const amounts = [
    ['total', limit],
    ['call', perCall],
  ] as const
  for (const [period, amount] of amounts) {
    if (amount === null) continue
    const cap: Cap = {
      id: deps.ids.make('cap'),
      organizationId,
      scope: { kind: 'mandate', id },
      period,
      asset,
      amount,
      createdAt,
    }
    await requireRoom(deps, tx, cap)
    await deps.caps.add(tx, cap)
    await deps.snapshot.put(tx, 'cap', cap.id, capEntityOf(cap))
  }
}

function tell(
  deps: ManageMandatesDeps,
  tx: Transaction,
  by: Principal,
  action: 'mandate.given' | 'mandate.revoked',
  { id, organizationId, principal, limit, asset, expiresAt }: Mandate,
): Promise<void> {
  return deps.audit.record(tx, {
    organizationId,
    actor: actorOf(by),
    action,
    target: id,
    detail: { principal: principal.id, limit: limit.toString(), asset, expiresAtMs: expiresAt },
  })
}

function actorOf({ keyId, memberId }: Principal): string {
  return keyId ?? memberId ?? 'system'
}
