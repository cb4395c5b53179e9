import { Trans, useLingui } from '@lingui/react/macro'
import { Card, EmptyState, LinkButton, ProblemNotice } from '../../kit/index.ts'
import type { useCallFeed } from '../../queries/live.ts'
import { CallsTable } from '../calls/calls-table.tsx'
import { StreamStatus } from '../calls/stream-state.tsx'

/** Calls that home shows. */
const SHOWN = 8

/** The last calls, as they happen. */
export function LastCalls({ feed }: { feed: ReturnType<typeof useCallFeed> }) {
  const { t } = useLingui()
  const { calls, olderCursor } = feed.feed
  const loading = olderCursor === undefined
  return (
    <Card
      flush
      title={<Trans>Last calls</Trans>}
      actions={
        <>
          <StreamStatus {...feed} />
          <LinkButton size="sm" to="/calls">
            <Trans>All calls</Trans>
          </LinkButton>
        </>
      }
    >
      {feed.problem !== undefined && <ProblemNotice problem={feed.problem} retry={feed.retry} />}
      {!(loading && feed.problem !== undefined) && (
        <CallsTable
          brief
          caption={t`Last calls`}
          calls={calls.slice(0, SHOWN)}
          loading={loading}
          empty={
            <EmptyState
              title={t`No calls yet`}
              body={t`The first one appears here the moment it is posted.`}
              action={
                <LinkButton to="/playground">
                  <Trans>Open the playground</Trans>
                </LinkButton>
              }
            />
          }
        />
      )}
    </Card>
  )
}
