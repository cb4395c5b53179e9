import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Card, Duration, Spinner } from '../../../kit/index.ts'
import { useNow } from '../../../session/index.ts'
import { HiddenText } from '../../servers/hidden-text-view.tsx'
import type { Call, Heard } from '../call/call-record.ts'
import { cancelCall } from '../call/calls.ts'

/** Messages that are shown while a call runs, the last ones. */
const MESSAGES_SHOWN = 5

/** A call on its way: how long it takes, how far it is, what the server says, and a way out. */
export function RunningCard({ running }: { running: Call & Heard }) {
  const { t } = useLingui()
  const elapsedMs = Math.max(0, useNow() - running.startedAtMs)
  const { progress, messages } = running
  return (
    <Card
      title={
        <span className="inline-flex items-center gap-2">
          <Spinner label={t`The call is running`} />
          <Trans>
            Running <code>{running.tool}</code>
          </Trans>
        </span>
      }
      actions={
        <>
          <span className="text-muted">
            <Duration ms={Math.floor(elapsedMs / 1_000) * 1_000} />
          </span>
          <Button onClick={cancelCall}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <div className="flex min-w-0 flex-col gap-3" aria-live="polite">
        {progress === undefined ? (
          <p className="text-muted">
            <Trans>Waiting for the server.</Trans>
          </p>
        ) : (
          <div className="flex flex-col gap-1">
            {progress.total !== undefined && (
              <progress
                aria-label={t`Progress`}
                value={progress.progress}
                max={progress.total}
                className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-hover [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent"
              />
            )}
            <p className="text-sm text-muted">
              {progress.total === undefined
                ? progress.progress
                : `${progress.progress} / ${progress.total}`}
            </p>
          </div>
        )}
        {messages.length > 0 && (
          <ol className="font-mono text-sm text-muted">
            {messages.slice(-MESSAGES_SHOWN).map((message, index) => (
              <li key={index} className="truncate">
                <HiddenText text={message} />
              </li>
            ))}
          </ol>
        )}
      </div>
    </Card>
  )
}
