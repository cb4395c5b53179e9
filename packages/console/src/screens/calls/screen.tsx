import { Trans, useLingui } from '@lingui/react/macro'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { Button, Card, Page, ProblemNotice } from '../../kit/index.ts'
import { useCallFeed } from '../../queries/live.ts'
import { useNames } from '../../queries/names.ts'
import { useOrchestra } from '../../session/index.ts'
import { CallPulse } from './call-pulse.tsx'
import { callsWithText } from './call-text.ts'
import { CallsChips } from './calls-chips.tsx'
import { CallsFilters } from './calls-filters.tsx'
import { CallsTable } from './calls-table.tsx'
import { NoCalls } from './no-calls.tsx'
import { filterOf, validateSearch, type CallsSearch } from './search.ts'
import { StreamBar, StreamNotices } from './stream-bar.tsx'
import { StreamSummary } from './stream-summary.tsx'

export const Route = createLazyRoute('/calls')({ component: CallsScreen })

/** Calls as they happen, and as far back as somebody asks. */
function CallsScreen() {
  const { t } = useLingui()
  const search = validateSearch(Route.useSearch())
  const navigate = useNavigate()
  const names = useNames()
  const view = useCallFeed(useOrchestra(), filterOf(search))
  const { calls, olderCursor, full } = view.feed
  const shown = callsWithText(calls, search.q, names)
  const change = (changed: { [K in keyof CallsSearch]?: CallsSearch[K] | undefined }): void => {
    void navigate({
      to: '/calls',
      search: validateSearch({ ...search, ...changed }),
      replace: true,
    })
  }
  const remove = (...gone: (keyof CallsSearch)[]): void =>
    change(Object.fromEntries(gone.map((name) => [name, undefined])))
  const loading = olderCursor === undefined
  return (
    <Page title={t`Calls`} lead={<Lead />} actions={<StreamBar feed={view} />}>
      {search.to === undefined && (
        <CallPulse
          calls={calls}
          onStep={(fromMs, toMs) => change({ from: rfc3339(fromMs), to: rfc3339(toMs) })}
        />
      )}
      <div className="flex flex-col gap-3">
        <CallsFilters search={search} onChange={change} />
        <CallsChips search={search} onRemove={remove} />
      </div>
      {view.problem !== undefined && <ProblemNotice problem={view.problem} retry={view.retry} />}
      <StreamNotices feed={view} onOlder={(to) => change({ to })} />
      {!(loading && view.problem !== undefined) && (
        <Card flush>
          <CallsTable
            caption={t`Calls, newest first`}
            calls={shown}
            organizationId={search.organization}
            loading={loading}
            empty={<NoCalls search={search} loaded={calls.length} onClear={remove} />}
          />
          <MoreCalls
            can={typeof olderCursor === 'string' && !full}
            busy={view.loadingOlder}
            onMore={view.loadOlder}
            shown={shown.length}
          />
        </Card>
      )}
      <StreamSummary feed={view.feed} />
    </Page>
  )
}

function Lead() {
  return <Trans>Every call, charged or not, as the gateways wrote it down. Newest first.</Trans>
}

function MoreCalls({
  can,
  busy,
  onMore,
  shown,
}: {
  can: boolean
  busy: boolean
  onMore: () => void
  shown: number
}) {
  if (shown === 0 && !can) return null
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-3 border-t border-line px-(--size-card-pad) py-2 text-sm text-muted">
      <span>
        <Trans>Calls shown: {shown}</Trans>
      </span>
      {can && (
        <Button size="sm" busy={busy} onClick={onMore}>
          <Trans>Load older calls</Trans>
        </Button>
      )}
    </div>
  )
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString()
}
