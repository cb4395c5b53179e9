import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { AuditEntry } from '@mcp-orchestra/sdk'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button, Card, Page, ProblemNotice } from '../../kit/index.ts'
import { useAuditTrail } from '../../queries/audit.ts'
import { useNames } from '../../queries/names.ts'
import { useOrchestra } from '../../session/index.ts'
import { EntriesChips } from './entries-chips.tsx'
import { EntriesFilters, NO_FILTER, type AuditChange } from './entries-filters.tsx'
import { EntriesTable } from './entries-table.tsx'
import { EntryDialog } from './entry-dialog.tsx'
import { filterOf } from './filter.ts'
import { NoEntries } from './no-entries.tsx'
import { validateSearch } from './search.ts'

export const Route = createLazyRoute('/audit')({ component: AuditScreen })

/** Who changed what, and what gateways refused. */
function AuditScreen() {
  const { t } = useLingui()
  const search = validateSearch(Route.useSearch())
  const navigate = useNavigate()
  const names = useNames()
  const [opened, setOpened] = useState<AuditEntry>()
  const trail = useAuditTrail(useOrchestra(), filterOf(search))
  const entries = useMemo(() => trail.data?.pages.flatMap(({ items }) => items) ?? [], [trail.data])
  const change = (changed: AuditChange): void => {
    const next = validateSearch({ ...search, ...changed })
    void navigate({ to: '/audit', search: next, replace: true })
  }
  const filtered = Object.keys(search).some((name) => name !== 'scope')
  return (
    <Page
      title={t`Audit log`}
      lead={
        <Trans>
          Who changed what, and what gateways refused. Newest first; no entry can be changed or
          deleted.
        </Trans>
      }
      actions={
        <Button icon={RotateCw} busy={trail.isRefetching} onClick={() => void trail.refetch()}>
          <Trans>Refresh</Trans>
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <EntriesFilters search={search} onChange={change} />
        <EntriesChips search={search} names={names} onChange={change} />
      </div>
      {trail.error !== null && (
        <ProblemNotice problem={trail.error} retry={() => void trail.refetch()} />
      )}
      {(trail.error === null || entries.length > 0) && (
        <Card flush>
          <EntriesTable
            entries={entries}
            names={names}
            loading={trail.isPending}
            onOpen={setOpened}
            empty={<NoEntries filtered={filtered} onClear={() => change(NO_FILTER)} />}
          />
          {entries.length > 0 && (
            <MoreEntries
              shown={entries.length}
              busy={trail.isFetchingNextPage}
              onMore={trail.hasNextPage ? () => void trail.fetchNextPage() : undefined}
            />
          )}
        </Card>
      )}
      <EntryDialog
        entry={opened}
        names={names}
        onClose={() => setOpened(undefined)}
        onFilter={change}
      />
    </Page>
  )
}

function MoreEntries({
  shown,
  busy,
  onMore,
}: {
  shown: number
  busy: boolean
  onMore: (() => void) | undefined
}) {
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-3 border-t border-line px-(--size-card-pad) py-2 text-sm text-muted">
      <span>
        <Plural value={shown} one="# entry shown" other="# entries shown" />
      </span>
      {onMore !== undefined && (
        <Button size="sm" busy={busy} onClick={onMore}>
          <Trans>Load more</Trans>
        </Button>
      )}
    </div>
  )
}
