import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Card, KeyValue, LinkButton, Money, ProblemNotice, Skeleton } from '../../kit/index.ts'
import { platformAccountsQuery } from '../../queries/ledger.ts'
import { useOrchestra } from '../../session/index.ts'
import { accountParts } from '../journal/account-name.ts'

/** The platform's own accounts: what it earned, and what others put in. Operators only. */
export function PlatformFees() {
  const { t } = useLingui()
  const accounts = useQuery(platformAccountsQuery(useOrchestra()))
  const labels = {
    fees: t`Fees earned`,
    top_ups: t`Paid in by top-ups`,
    suspense: t`In suspense`,
    loss: t`Borne by the platform`,
  }
  return (
    <Card
      title={<Trans>The platform’s accounts</Trans>}
      actions={
        <LinkButton size="sm" to="/journal" search={{ account: 'platform:fees' }}>
          <Trans>Fees in the journal</Trans>
        </LinkButton>
      }
    >
      {accounts.data !== undefined ? (
        <KeyValue
          items={accounts.data.flatMap(({ name, asset, balance }) => {
            const { role } = accountParts(name)
            if (role !== 'fees' && role !== 'top_ups' && role !== 'suspense' && role !== 'loss')
              return []
            // What came in and what was borne stand on the debit side: their balances are below zero.
            const debit = role === 'top_ups' || role === 'loss'
            const amount = debit ? (-BigInt(balance)).toString() : balance
            return [{ label: labels[role], value: <Money value={{ amount, asset }} /> }]
          })}
        />
      ) : accounts.error !== null ? (
        <ProblemNotice problem={accounts.error} retry={() => void accounts.refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </Card>
  )
}
