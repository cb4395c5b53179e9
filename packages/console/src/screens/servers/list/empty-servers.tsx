import { Trans, useLingui } from '@lingui/react/macro'
import { SearchX, Server } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, EmptyState } from '../../../kit/index.ts'

/** No server at all: the one command, or the button, that brings the first. */
export function EmptyServers({ register }: { register: ReactNode }) {
  const { t } = useLingui()
  return (
    <EmptyState
      icon={Server}
      title={t`No servers yet`}
      body={t`Register an MCP server and every client of yours reaches it through one address.`}
      command="npm run -s orchestra -- servers add weather https://mcp.example.com/mcp"
      action={register}
    />
  )
}

/** Servers there are, but none that the filters leave. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useLingui()
  return (
    <EmptyState
      icon={SearchX}
      title={t`Nothing matches these filters`}
      action={
        <Button onClick={onClear}>
          <Trans>Clear the filters</Trans>
        </Button>
      }
    />
  )
}
