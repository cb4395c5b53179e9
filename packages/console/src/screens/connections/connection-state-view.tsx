import { useLingui } from '@lingui/react/macro'
import type { Connection } from '@mcp-orchestra/sdk'
import { StatusDot } from '../../kit/index.ts'

/** How an account does: connected, ended, or short of rights; or that there is none. */
export function ConnectionStateView({ connection }: { connection: Connection | null }) {
  const { t } = useLingui()
  switch (connection?.state) {
    case undefined:
      return <StatusDot tone="neutral" label={t`Not connected`} />
    case 'connected':
      return <StatusDot tone="good" label={t`Connected`} />
    case 'expired':
      return <StatusDot tone="bad" label={t`Ended: authorize again`} />
    case 'more_scopes':
      return <StatusDot tone="warn" label={t`The server asks for more rights`} />
  }
}
