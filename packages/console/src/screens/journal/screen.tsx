import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { RotateCw, X } from 'lucide-react'
import { useMemo } from 'react'
import { Button, Page, ProblemNotice } from '../../kit/index.ts'
import { transfersQuery } from '../../queries/ledger.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { AccountFilter } from './account-filter.tsx'
import { EventFilter } from './event-filter.tsx'
import { ExportButton } from './export-button.tsx'
import { NoMatch, NoTransfers } from './no-transfers.tsx'
import { filterOf, validateSearch, type JournalSearch } from './search.ts'
import { ReconciliationsPanel } from './reconciliations/reconciliations-panel.tsx'
import { StatementCard } from './statement-card.tsx'
import { TransfersCard } from './transfers-card.tsx'
import { TrialBalancePanel } from './trial-balance.tsx'

export const Route = createLazyRoute('/journal')({ component: JournalScreen })

/** The books: every transfer, and the proof that they sum to zero. */
function JournalScreen() {
  const { t } = useLingui()
  const search = validateSearch(Route.useSearch())
  const navigate = useNavigate()
  const operator = useMay('platform:operate')
  const journal = useInfiniteQuery(transfersQuery(useOrchestra(), filterOf(search)))
  const transfers = useMemo(
    () => journal.data?.pages.flatMap(({ items }) => items) ?? [],
    [journal.data],
  )
  const change = (changed: { [K in keyof JournalSearch]?: string | undefined }): void => {
    void navigate({
      to: '/journal',
      search: validateSearch({ ...search, ...changed }),
      replace: true,
    })
  }
  const filtered = search.account !== undefined || search.event !== undefined
  return (
    <Page
      title={t`Journal`}
      lead={
        operator ? (
          <Trans>
            Every transfer of the platform, double entry. Nothing in it is ever changed.
          </Trans>
        ) : (
          <Trans>
            Every transfer of your accounts, double entry. Nothing in it is ever changed.
          </Trans>
        )
      }
      actions={
        <>
          <Button
            icon={RotateCw}
            busy={journal.isRefetching}
            onClick={() => void journal.refetch()}
          >
            <Trans>Refresh</Trans>
          </Button>
          <ExportButton transfers={transfers} />
        </>
      }
    >
      <TrialBalancePanel />
      {operator && <ReconciliationsPanel />}
      <div className="flex flex-wrap items-center gap-2">
        <AccountFilter value={search.account} onValue={(account) => change({ account })} />
        <EventFilter value={search.event} onValue={(event) => change({ event })} />
        {filtered && (
          <Button
            variant="ghost"
            icon={X}
            onClick={() => change({ account: undefined, event: undefined })}
          >
            <Trans>Clear filters</Trans>
          </Button>
        )}
      </div>
      {search.account !== undefined && (
        <StatementCard
          account={search.account}
          month={search.month}
          onMonth={(month) => change({ month })}
        />
      )}
      {journal.error !== null && (
        <ProblemNotice problem={journal.error} retry={() => void journal.refetch()} />
      )}
      {(journal.error === null || transfers.length > 0) && (
        <TransfersCard
          transfers={transfers}
          loading={journal.isPending}
          loadingMore={journal.isFetchingNextPage}
          onMore={journal.hasNextPage ? () => void journal.fetchNextPage() : undefined}
          onAccount={(account) => change({ account, event: undefined })}
          empty={
            filtered ? (
              <NoMatch onClear={() => change({ account: undefined, event: undefined })} />
            ) : (
              <NoTransfers />
            )
          }
        />
      )}
    </Page>
  )
}
