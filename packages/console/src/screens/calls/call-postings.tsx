import { Trans, useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import {
  Card,
  LinkButton,
  Money,
  Notice,
  ProblemNotice,
  Skeleton,
  StatusDot,
} from '../../kit/index.ts'
import { postingsQuery } from '../../queries/ledger.ts'
import type { Names } from '../../queries/names.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { AccountText } from '../journal/account-text.tsx'
import { legsOf, paidIn, type Legs } from './legs.ts'

/** What the call did to the books: each account's change, and the proof that they sum to zero. */
export function CallPostings({ call, names }: { call: UsageEvent; names: Names }) {
  const may = useMay('ledger:read')
  const postings = useQuery({
    ...postingsQuery(useOrchestra(), call.id),
    enabled: may && call.transferId !== null,
  })
  if (call.transferId === null) {
    return (
      <Card title={<Trans>Postings</Trans>}>
        <p className="text-muted">
          <Trans>None: a call that costs nothing moves nothing in the books.</Trans>
        </p>
      </Card>
    )
  }
  if (!may) return null
  return (
    <Card
      title={<Trans>Postings</Trans>}
      actions={
        <LinkButton size="sm" to="/journal" search={{ event: call.id }}>
          <Trans>In the journal</Trans>
        </LinkButton>
      }
    >
      {postings.data !== undefined ? (
        <Postings legs={legsOf(postings.data.items)} call={call} names={names} />
      ) : postings.error !== null ? (
        <ProblemNotice problem={postings.error} retry={() => void postings.refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </Card>
  )
}

function Postings({
  legs: { legs, sums },
  call,
  names,
}: {
  legs: Legs
  call: UsageEvent
  names: Names
}) {
  const { t } = useLingui()
  const { asset } = call.amount
  const paid = paidIn(legs, asset)
  const batch = paid !== call.amount.amount
  return (
    <div className="flex flex-col gap-4">
      <table className="w-full">
        <caption className="sr-only">{t`Change of each account`}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t`Account`}</th>
            <th scope="col">{t`Change`}</th>
          </tr>
        </thead>
        <tbody>
          {legs.map((leg) => (
            <tr key={`${leg.account} ${leg.asset}`} className="border-b border-line">
              <th scope="row" className="py-2 pe-4 text-start font-normal">
                <AccountText name={leg.account} names={names} />
              </th>
              <td className="py-2 text-end font-mono">
                <Money value={leg} sign />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {sums.map((sum) => (
            <tr key={sum.asset}>
              <th scope="row" className="py-2 pe-4 text-start font-medium">
                {sum.amount === '0' ? (
                  <StatusDot tone="good" label={t`Sums to zero`} />
                ) : (
                  <StatusDot tone="bad" label={t`Does not sum to zero`} />
                )}
              </th>
              <td className="py-2 text-end font-mono font-medium">
                <Money value={sum} />
              </td>
            </tr>
          ))}
        </tfoot>
      </table>
      {batch && call.disposition === 'posted' && (
        <Notice tone="info" title={t`Posted together with other calls`}>
          <Trans>
            A gateway’s calls are posted in batches: these transfers move{' '}
            <Money value={{ amount: paid, asset }} />, of which <Money value={call.amount} /> is for
            this call.
          </Trans>
        </Notice>
      )}
    </div>
  )
}
