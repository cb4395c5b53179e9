import { Trans, useLingui } from '@lingui/react/macro'
import type { Statement } from '@mcp-orchestra/sdk'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Badge, Button, Card, Money, ProblemNotice, Select, Skeleton } from '../../kit/index.ts'
import { statementQuery } from '../../queries/statement.ts'
import { nowMs, useOrchestra } from '../../session/index.ts'
import { monthText, periodOf, recentMonths, type Month } from './period.ts'
import { StatementTable } from './statement-table.tsx'

/** An account's month: what it held before, every posting that moved it, and what it held after. */
export function StatementCard({
  account,
  month,
  onMonth,
}: {
  account: string
  month: Month | undefined
  onMonth: (month: Month) => void
}) {
  const { t, i18n } = useLingui()
  const [months] = useState(() => recentMonths(nowMs()))
  const [current = ''] = months
  const chosen = month !== undefined && periodOf(month) !== undefined ? month : current
  const offered = months.includes(chosen) ? months : [...months, chosen]
  const period = periodOf(chosen) ?? { from: '', to: '' }
  const statement = useInfiniteQuery(statementQuery(useOrchestra(), { account, ...period }))
  const pages = statement.data?.pages ?? []
  const [first] = pages
  return (
    <Card
      flush
      title={<Trans>Statement</Trans>}
      actions={
        <Select
          aria-label={t`Month of the statement`}
          options={offered.map((value) => ({ value, label: monthText(value, i18n.locale) }))}
          value={chosen}
          onValue={onMonth}
        />
      }
    >
      {statement.error !== null && (
        <div className="p-(--size-card-pad)">
          <ProblemNotice problem={statement.error} retry={() => void statement.refetch()} />
        </div>
      )}
      {statement.isPending && (
        <div className="p-(--size-card-pad)">
          <Skeleton lines={3} />
        </div>
      )}
      {first !== undefined && <Figures statement={first} />}
      {first !== undefined && (
        <StatementTable entries={pages.flatMap(({ items }) => items)} asset={first.asset} />
      )}
      {statement.hasNextPage && (
        <div className="flex justify-end border-t border-line px-(--size-card-pad) py-2">
          <Button
            size="sm"
            busy={statement.isFetchingNextPage}
            onClick={() => void statement.fetchNextPage()}
          >
            <Trans>Load more</Trans>
          </Button>
        </div>
      )}
    </Card>
  )
}

function Figures({ statement }: { statement: Statement }) {
  const { t } = useLingui()
  const { asset, opening, closing, credits, debits } = statement
  const figures = [
    [t`Opening balance`, opening.balance],
    [t`Came in`, credits],
    [t`Went out`, debits],
    [t`Closing balance`, closing.balance],
    [t`Of it held`, closing.held],
  ] as const
  return (
    <div className="flex flex-wrap items-start gap-x-8 gap-y-3 border-b border-line p-(--size-card-pad)">
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        {figures.map(([label, amount]) => (
          <div key={label}>
            <dt className="text-sm text-muted">{label}</dt>
            <dd className="font-mono font-medium">
              <Money value={{ amount, asset }} />
            </dd>
          </div>
        ))}
      </dl>
      {statement.final ? (
        <Badge tone="good">
          <Trans>Final: every day of it is closed</Trans>
        </Badge>
      ) : (
        <Badge>
          <Trans>Not closed yet</Trans>
        </Badge>
      )}
    </div>
  )
}
