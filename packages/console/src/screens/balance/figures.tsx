import { Trans, useLingui } from '@lingui/react/macro'
import type { Balance } from '@mcp-orchestra/sdk'
import { Money, PendingValue, Stat } from '../../kit/index.ts'

/** What an organization can spend, what gateways hold of it, and what it earned; undefined while it comes. */
export function BalanceFigures({ balance }: { balance: Balance | undefined }) {
  const { t } = useLingui()
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <Stat
        label={t`Available`}
        value={<Amount value={balance?.available} />}
        note={<Trans>Can be spent, or lent to gateways.</Trans>}
      />
      <Stat
        label={t`Held in leases`}
        value={<Amount value={balance?.leased} />}
        note={<Trans>Lent to gateways; what is not spent comes back.</Trans>}
      />
      <Stat
        label={t`Earned, accrued`}
        value={<Amount value={balance?.accrued} />}
        note={<Trans>From calls of your servers, after the platform’s fee.</Trans>}
      />
      <Stat
        label={t`Earned, payable`}
        value={<Amount value={balance?.payable} />}
        note={<Trans>May be paid out.</Trans>}
      />
    </div>
  )
}

function Amount({ value }: { value: Balance['available'] | undefined }) {
  if (value !== undefined) return <Money value={value} />
  return <PendingValue />
}
