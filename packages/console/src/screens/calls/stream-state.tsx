import { Trans, useLingui } from '@lingui/react/macro'
import { StatusDot } from '../../kit/index.ts'
import type { FeedView } from '../../queries/feed-source.ts'

/** How the live connection is, in a word; a lost one says that it comes back by itself. */
export function StreamStatus({
  stream,
  feed,
  retryInMs,
}: Pick<FeedView, 'stream' | 'feed' | 'retryInMs'>) {
  const { t } = useLingui()
  if (feed.paused && stream === 'open') return <StatusDot tone="info" label={t`Paused`} />
  switch (stream) {
    case 'open':
      return <StatusDot tone="good" label={t`Live`} />
    case 'connecting':
      return <StatusDot tone="neutral" label={t`Connecting`} />
    case 'off':
      return <StatusDot tone="neutral" label={t`Not live`} />
    case 'lost':
      return (
        <span className="inline-flex flex-wrap items-center gap-x-2">
          <StatusDot tone="warn" label={t`Connection lost`} />
          <span className="text-sm text-muted">
            {retryInMs === undefined ? (
              <Trans>Trying again</Trans>
            ) : (
              <Trans>Trying again within {Math.max(1, Math.ceil(retryInMs / 1_000))} s</Trans>
            )}
          </span>
        </span>
      )
  }
}
