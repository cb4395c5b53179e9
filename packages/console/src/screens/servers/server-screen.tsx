import { Trans, useLingui } from '@lingui/react/macro'
import { OrchestraProblem, type Server } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, getRouteApi } from '@tanstack/react-router'
import { Plug, SearchX } from 'lucide-react'
import { EmptyState, LinkButton, Page, ProblemNotice, Skeleton } from '../../kit/index.ts'
import { serverQuery } from '../../queries/servers.ts'
import { useOrchestra } from '../../session/index.ts'
import { ServerTabs } from './detail/server-tabs.tsx'

const route = getRouteApi('/servers/$id')

/** One server: how it does, its tools, its prices, its switch. */
export const Route = createLazyRoute('/servers/$id')({ component: ServerScreen })

function ServerScreen() {
  const { t } = useLingui()
  const { id } = route.useParams()
  const server = useQuery(serverQuery(useOrchestra(), id))
  return (
    <Page
      title={server.data?.name ?? t`Server`}
      lead={server.data && <ServerLead server={server.data} />}
      back={{ to: '/servers', label: t`Servers` }}
      actions={
        server.data && (
          <LinkButton to="/connect" search={{ server: server.data.alias }} icon={Plug}>
            <Trans>Connect a client</Trans>
          </LinkButton>
        )
      }
    >
      {server.error && <NoServer problem={server.error} retry={() => void server.refetch()} />}
      {server.isPending && <Skeleton lines={8} />}
      {server.data && <ServerTabs server={server.data} />}
    </Page>
  )
}

function NoServer({ problem, retry }: { problem: unknown; retry: () => void }) {
  const { t } = useLingui()
  const gone = problem instanceof OrchestraProblem && problem.status === 404
  if (!gone) return <ProblemNotice problem={problem} retry={retry} />
  return (
    <EmptyState
      icon={SearchX}
      title={t`There is no such server`}
      body={t`It was removed, its address is wrong, or you may not see it.`}
      action={
        <LinkButton to="/servers">
          <Trans>All servers</Trans>
        </LinkButton>
      }
    />
  )
}

function ServerLead({ server }: { server: Server }) {
  return (
    <>
      <code>{server.alias}</code>
      {server.protocol !== null && <> · {server.protocol}</>}
      {server.revision !== null && <> · {server.revision}</>}
    </>
  )
}
