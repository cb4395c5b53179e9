import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Balance } from '@mcp-orchestra/sdk'
import type { ReactNode } from 'react'
import { Money, PendingValue, Stat } from '../../kit/index.ts'
import { spendable } from '../../queries/spendable.ts'
import type { CallSummary, Sum } from './call-summary.ts'
import type { LastDay } from './last-day.ts'

/** The figures that a day begins with; each leads to the rows behind it. */
export function HomeFigures({
  balance,
  paid,
  earned,
}: {
  balance: Balance | undefined
  paid: LastDay | undefined
  earned: LastDay | undefined
}) {
  const { t } = useLingui()
  const asset = balance?.available.asset ?? 'USD'
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Stat
        to="/balance"
        label={t`Balance`}
        value={
          balance === undefined ? (
            <PendingValue />
          ) : (
            <Money value={spendable(balance)} precision="short" />
          )
        }
        note={
          balance === undefined ? (
            <PendingValue />
          ) : (
            <Trans>
              <Money value={balance.leased} precision="short" /> of it held in leases
            </Trans>
          )
        }
      />
      <Stat
        to="/calls"
        search={{ side: 'payer' }}
        label={t`Spent in the last hour`}
        value={<Spent of={paid?.hour} asset={asset} more={paid?.more} />}
        note={<Calls of={paid?.hour} />}
      />
      <Stat
        to="/calls"
        search={{ side: 'payer' }}
        label={t`Spent in the last day`}
        value={<Spent of={paid?.day} asset={asset} more={paid?.more} />}
        note={<Calls of={paid?.day} />}
      />
      <Stat
        to="/calls"
        search={{ side: 'publisher' }}
        label={t`Paid to your servers, last day`}
        value={<Spent of={earned?.day} asset={asset} more={earned?.more} />}
        note={<Calls of={earned?.day} />}
      />
    </div>
  )
}

function Spent({
  of,
  asset,
  more,
}: {
  of: CallSummary | undefined
  asset: string
  more: boolean | undefined
}): ReactNode {
  if (of === undefined) return <PendingValue />
  const sums: readonly Sum[] = of.sums.length === 0 ? [{ asset, amount: '0' }] : of.sums
  return (
    <span className="flex flex-wrap gap-x-3">
      {more === true && <span className="font-normal text-muted">≥</span>}
      {sums.map((sum) => (
        <Money key={sum.asset} value={sum} precision="short" />
      ))}
    </span>
  )
}

function Calls({ of }: { of: CallSummary | undefined }) {
  if (of === undefined) return <PendingValue />
  return (
    <>
      <Plural value={of.calls} _0="No call" one="# call" other="# calls" />
      {of.failed > 0 && (
        <>
          {', '}
          <Plural value={of.failed} one="# failed" other="# failed" />
        </>
      )}
    </>
  )
}
