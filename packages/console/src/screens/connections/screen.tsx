import { Trans, useLingui } from '@lingui/react/macro'
import type { Connection } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, getRouteApi } from '@tanstack/react-router'
import { Link2 } from 'lucide-react'
import { Card, EmptyState, LinkButton, Page, ProblemNotice, Skeleton } from '../../kit/index.ts'
import { connectionsQuery } from '../../queries/connections.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { AccountCard } from './account-card.tsx'
import { AccountRow } from './account-row.tsx'
import { OutcomeNotice } from './outcome-notice.tsx'

const route = getRouteApi('/connections')

/** Accounts at the servers behind the gateway: where people connect theirs, and come back to. */
export const Route = createLazyRoute('/connections')({ component: ConnectionsScreen })

function ConnectionsScreen() {
  const { t } = useLingui()
  const { server, outcome } = route.useSearch()
  const all = useQuery(connectionsQuery(useOrchestra()))
  const others = (all.data ?? []).filter((one) => one.server !== server)
  return (
    <Page
      title={t`Accounts`}
      lead={t`Some servers want to know who calls. Connect your account there once; tokens stay sealed here and are renewed.`}
    >
      <div className="flex flex-col gap-5">
        <OutcomeNotice outcome={outcome} server={server} />
        {server !== undefined && <AccountCard key={server} server={server} title={server} />}
        {all.error && <ProblemNotice problem={all.error} retry={() => void all.refetch()} />}
        {all.isPending && <Skeleton lines={5} />}
        {others.length > 0 && <AccountList connections={others} />}
        {all.data?.length === 0 && server === undefined && (
          <EmptyState
            icon={Link2}
            title={t`No account is connected`}
            body={t`A server that asks for one says so when it is called, with a link to this page.`}
            action={
              <LinkButton to="/servers">
                <Trans>All servers</Trans>
              </LinkButton>
            }
          />
        )}
      </div>
    </Page>
  )
}

function AccountList({ connections }: { connections: readonly Connection[] }) {
  const { t } = useLingui()
  const mayCall = useMay('tools:call')
  const mayShare = useMay('servers:write')
  return (
    <Card title={t`Connected accounts`}>
      <ul className="flex flex-col gap-5">
        {connections.map((connection) => {
          const { server, holder } = connection
          const isMine = holder === 'member'
          return (
            <li key={`${server} ${holder}`}>
              <AccountRow
                server={server}
                holder={holder}
                connection={connection}
                title={isMine ? server : t`${server} (organization)`}
                mayChange={isMine ? mayCall : mayShare}
              />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
