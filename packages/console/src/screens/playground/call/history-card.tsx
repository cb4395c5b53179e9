import { Trans, useLingui } from '@lingui/react/macro'
import { Card, classNames, Duration, StatusDot, Time } from '../../../kit/index.ts'
import type { CallRecord } from './call-record.ts'
import { showCall } from './calls.ts'

/** The calls that were made in this tab, newest first; choosing one shows it again. */
export function HistoryCard({
  records,
  shownId,
}: {
  records: readonly CallRecord[]
  shownId: number | undefined
}) {
  return (
    <Card
      flush
      title={<Trans>Calls of this tab</Trans>}
      footer={<Trans>Kept in this tab only, the last 20. Every call is in Calls.</Trans>}
    >
      <ol>
        {records.map((record) => (
          <li key={record.id} className="border-b border-line last:border-b-0">
            <button
              type="button"
              aria-current={record.id === shownId}
              onClick={() => showCall(record.id)}
              className={classNames(
                'flex min-h-11 w-full flex-wrap items-center gap-x-4 gap-y-1 px-(--size-card-pad) py-1.5 text-start hover:bg-hover focus-visible:-outline-offset-2',
                record.id === shownId && 'bg-selected',
              )}
            >
              <Ended record={record} />
              <code className="min-w-0 flex-1 basis-40 truncate">
                {record.alias} / {record.tool}
              </code>
              <span className="text-sm text-muted">
                <Duration ms={tookMs(record)} />
              </span>
              <span className="text-sm text-muted">
                <Time value={new Date(record.startedAtMs).toISOString()} relative />
              </span>
            </button>
          </li>
        ))}
      </ol>
    </Card>
  )
}

/** Time of the call itself, without looking for the gateway before the first one. */
function tookMs({ outcome, durationMs }: CallRecord): number {
  return outcome.kind === 'answered' ? outcome.response.durationMs : durationMs
}

function Ended({ record: { outcome } }: { record: CallRecord }) {
  const { t } = useLingui()
  if (outcome.kind === 'cancelled') return <StatusDot tone="neutral" label={t`cancelled`} />
  if (outcome.kind !== 'answered') return <StatusDot tone="bad" label={t`refused`} />
  return outcome.response.result['isError'] === true ? (
    <StatusDot tone="bad" label={t`tool error`} />
  ) : (
    <StatusDot tone="good" label={t`answered`} />
  )
}
