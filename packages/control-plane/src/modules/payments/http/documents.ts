import { showAmount } from '@mcp-orchestra/api/money'
import { money, toRfc3339 } from '@mcp-orchestra/kernel'
import type { CapStanding } from '../cap/cap.ts'
import type { Case } from '../case/case.ts'
import type { OrganizationBalance } from '../funds/read-balance.ts'
import type { TopUp } from '../funds/top-up.ts'
import type { LeaseExposure } from '../ports.ts'

/** A balance on the wire. */
export function balanceDocument({ organizationId, asset, ...amounts }: OrganizationBalance) {
  return {
    organizationId,
    available: showAmount(money(amounts.available, asset)),
    leased: showAmount(money(amounts.leased, asset)),
    accrued: showAmount(money(amounts.accrued, asset)),
    payable: showAmount(money(amounts.payable, asset)),
  }
}

/** A top-up on the wire. */
export function topUpDocument({ organizationId, amount, transferId, createdAt }: TopUp) {
  return {
    organizationId,
    amount: showAmount(amount),
    transferId,
    createdAt: toRfc3339(createdAt),
  }
}

/** A cap on the wire. */
export function capDocument(cap: CapStanding) {
  return {
    id: cap.id,
    organizationId: cap.organizationId,
    scope: { kind: cap.scope.kind, id: cap.scope.id },
    window: cap.period,
    amount: showAmount(money(cap.amount, cap.asset)),
    used: showAmount(money(cap.taken, cap.asset)),
    createdAt: toRfc3339(cap.createdAt),
  }
}

/** An open lease on the wire. */
export function leaseDocument(lease: LeaseExposure) {
  return {
    id: lease.id,
    payerId: lease.payerId,
    gateway: lease.slot,
    incarnationId: lease.incarnationId,
    capIds: [...lease.capIds],
    granted: showAmount(money(lease.granted, lease.asset)),
    used: showAmount(money(lease.used, lease.asset)),
    returned: showAmount(money(lease.returned, lease.asset)),
    openedAt: toRfc3339(lease.openedAt),
    stopsAt: toRfc3339(lease.stopsAt),
  }
}

/** A case on the wire. */
export function caseDocument({ asset, amount, detail, openedAt, lastAt, ...rest }: Case) {
  return {
    ...rest,
    amount: asset === null ? null : showAmount(money(amount, asset)),
    detail: { ...detail },
    openedAt: toRfc3339(openedAt),
    lastAt: toRfc3339(lastAt),
  }
}
