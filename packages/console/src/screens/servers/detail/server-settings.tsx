import { Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Lock } from 'lucide-react'
import { EmptyState } from '../../../kit/index.ts'
import { useMay, useMe } from '../../../session/index.ts'
import { AuthCard } from '../authorization/auth-card.tsx'
import { EditCard } from '../edit/edit-card.tsx'
import { RemoveCard } from './remove-card.tsx'
import { SwitchCard } from './switch-card.tsx'

/** What its owner can do to a server: change it, switch it, remove it. */
export function ServerSettings({ server }: { server: Server }) {
  const { t } = useLingui()
  const { organization, permissions } = useMe()
  const { upstreamAuth: auth } = server
  const mine = server.organizationId === organization.id || permissions.includes('platform:operate')
  if (!useMay('servers:write') || !mine) {
    return (
      <EmptyState
        icon={Lock}
        title={t`Only its owner may change this server`}
        body={<Trans>Your role or your organization does not allow it.</Trans>}
      />
    )
  }
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      <EditCard server={server} />
      {auth !== null && server.transport?.kind === 'http' && (
        <AuthCard server={server} auth={auth} />
      )}
      <SwitchCard server={server} />
      <RemoveCard server={server} />
    </div>
  )
}
