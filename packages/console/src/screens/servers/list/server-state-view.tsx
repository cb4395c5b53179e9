import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { StatusDot, type Tone } from '../../../kit/index.ts'
import type { ServerState } from './server-row.ts'

/** The word of each state. */
export const STATE_WORD: Readonly<Record<ServerState, MessageDescriptor>> = {
  healthy: msg`Healthy`,
  degraded: msg`Degraded`,
  down: msg`Down`,
  unknown: msg`Not checked yet`,
  off: msg`Off`,
}

const STATE_TONE: Readonly<Record<ServerState, Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  down: 'bad',
  unknown: 'info',
  off: 'neutral',
}

/** The state of a server with its reason, where there is one. */
export function ServerStateView({ state, reason }: { state: ServerState; reason?: string | null }) {
  const { i18n } = useLingui()
  return (
    <div className="min-w-0">
      <StatusDot tone={STATE_TONE[state]} label={i18n._(STATE_WORD[state])} />
      {reason !== undefined && reason !== null && state !== 'healthy' && state !== 'off' && (
        <div title={reason} className="line-clamp-2 max-w-72 text-sm text-muted">
          {reason}
        </div>
      )}
    </div>
  )
}
