import type { ScheduledJob } from '../infra/jobs/schedule.ts'
import type { SnapshotFeed } from '../infra/snapshot/index.ts'
import type { Billing } from '../modules/billing/index.ts'
import type { Hub } from '../modules/hub/index.ts'
import type { AuthSessions, Identity } from '../modules/identity/index.ts'
import type { Books } from '../modules/ledger/index.ts'
import type { UsageFeed } from '../modules/metering/index.ts'
import type { Payments, Payouts, Reconciler } from '../modules/payments/index.ts'

const EACH_MINUTE = '* * * * *'
const EACH_HOUR = '17 * * * *'
const EACH_NIGHT = '41 3 * * *'
/** Before anybody is at work, and after the day was closed. */
const AT_NIGHT_AFTER_THE_CLOSE = '23 2 * * *'
/** Large books are read for minutes. */
const BOOKS_SECONDS_MAX = 3_600

/** All scheduled work of the product. */
export function scheduledJobs(deps: {
  readonly payouts: Pick<Payouts, 'requestScheduled' | 'carry' | 'drawStatements'>
  readonly billing: Pick<Billing, 'finalizeDue'>
  readonly books: Pick<Books, 'closeDays'>
  readonly reconciler: Pick<Reconciler, 'reconcileNightly'>
  readonly payments: Pick<Payments, 'sweepAccrued' | 'prunePurchases' | 'signer' | 'quotes'>
  readonly identity: Pick<Identity, 'keys'>
  readonly hub: Pick<Hub, 'renewCredentials' | 'reapAttempts'>
  readonly sessions: Pick<AuthSessions, 'reap'>
  readonly feed: Pick<SnapshotFeed, 'prune'>
  readonly usageFeed: Pick<UsageFeed, 'prune'>
}): readonly ScheduledJob[] {
  const {
    books,
    reconciler,
    payments,
    payouts,
    billing,
    identity,
    hub,
    sessions,
    feed,
    usageFeed,
  } = deps
  return [
    // Each hour, not each night: a night that was missed is made up for.
    {
      name: 'ledger.close_days',
      cron: EACH_HOUR,
      secondsMax: BOOKS_SECONDS_MAX,
      run: () => books.closeDays(),
    },
    {
      name: 'payments.reconcile',
      cron: AT_NIGHT_AFTER_THE_CLOSE,
      secondsMax: BOOKS_SECONDS_MAX,
      run: () => reconciler.reconcileNightly(),
    },
    { name: 'payments.sweep_accrued', cron: EACH_MINUTE, run: () => payments.sweepAccrued() },
    {
      name: 'payments.draw_statements',
      cron: EACH_MINUTE,
      run: () => payouts.drawStatements(),
    },
    { name: 'payments.carry_payouts', cron: EACH_MINUTE, run: () => payouts.carry() },
    {
      name: 'payments.request_scheduled',
      cron: EACH_HOUR,
      run: () => payouts.requestScheduled(),
    },
    { name: 'payments.prune_purchases', cron: EACH_NIGHT, run: () => payments.prunePurchases() },
    { name: 'payments.keep_signing_keys', cron: EACH_HOUR, run: () => payments.signer.keepFresh() },
    { name: 'billing.finalize_due', cron: EACH_NIGHT, run: () => billing.finalizeDue() },
    { name: 'payments.prune_quotes', cron: EACH_HOUR, run: () => payments.quotes.prune() },
    { name: 'identity.sweep_keys', cron: EACH_MINUTE, run: () => identity.keys.sweepExpired() },
    { name: 'identity.reap_sessions', cron: EACH_HOUR, run: () => sessions.reap() },
    { name: 'hub.renew_credentials', cron: EACH_MINUTE, run: () => hub.renewCredentials() },
    { name: 'hub.reap_attempts', cron: EACH_HOUR, run: () => hub.reapAttempts() },
    { name: 'metering.prune_feed', cron: EACH_MINUTE, run: () => usageFeed.prune() },
    { name: 'snapshot.prune', cron: EACH_HOUR, run: () => feed.prune() },
  ]
}
