import { Trans } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Button } from '../../../kit/index.ts'
import type { JsonObject } from '../../../schema/index.ts'
import type { Call, CallRecord, Heard } from '../call/call-record.ts'
import { CopyMenu } from '../call/copy-menu.tsx'
import { EndedCall } from '../result/ended-call.tsx'
import type { CallAgain } from '../result/result-props.ts'
import { RunningCard } from '../result/running-card.tsx'

/** The call that runs, or the one of the history that is looked at. */
export function ShownCall({
  shown,
  server,
  isOurs,
  again,
  onUse,
}: {
  shown: (Call & Heard) | CallRecord | undefined
  server: Server
  /** Whether it is a call of the tool that is open. */
  isOurs: boolean
  again: CallAgain
  /** Fills the form with the arguments of that call. */
  onUse: (args: JsonObject) => void
}) {
  if (shown === undefined) return null
  if (!('outcome' in shown)) return <RunningCard running={shown} />
  return (
    <EndedCall
      key={shown.id}
      record={shown}
      again={isOurs ? again : undefined}
      actions={
        <>
          {isOurs ? (
            <Button variant="ghost" onClick={() => onUse(shown.args)}>
              <Trans>Use these arguments</Trans>
            </Button>
          ) : (
            <code className="max-w-60 truncate text-sm text-muted">
              {shown.alias} / {shown.tool}
            </code>
          )}
          {shown.alias === server.alias && <CopyMenu server={server} call={shown} />}
        </>
      }
    />
  )
}
