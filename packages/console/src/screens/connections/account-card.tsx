import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Card, ProblemNotice, Skeleton } from '../../kit/index.ts'
import { serverConnectionQuery } from '../../queries/connections.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { AccountRow } from './account-row.tsx'

/** The accounts with which one server is called: mine, and my organization's. Nothing where it is called without. */
export function AccountCard({ server, title }: { server: string; title?: string }) {
  const { t } = useLingui()
  const found = useQuery(serverConnectionQuery(useOrchestra(), server))
  const mayCall = useMay('tools:call')
  const mayShare = useMay('servers:write')
  if (found.data?.kind === 'none') return null
  const isService = found.data?.kind === 'client_credentials'
  return (
    <Card
      title={title ?? t`Account at the server`}
      footer={
        isService ? (
          <Trans>The server is called with a client of its owner, whoever calls.</Trans>
        ) : (
          <Trans>
            Only for servers that ask who calls. Your own account comes before the organization’s.
          </Trans>
        )
      }
    >
      {found.isPending && <Skeleton lines={3} />}
      {found.error && (
        <ProblemNotice problem={found.error} retry={() => void found.refetch()} compact />
      )}
      {found.data && (
        <div className="flex flex-col gap-4">
          {!isService && (
            <AccountRow
              server={server}
              holder="member"
              connection={found.data.member}
              title={t`Mine`}
              mayChange={mayCall}
            />
          )}
          <AccountRow
            server={server}
            holder="organization"
            connection={found.data.organization}
            title={isService ? t`The owner’s` : t`My organization’s`}
            mayChange={mayShare}
          />
        </div>
      )}
    </Card>
  )
}
