import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, getRouteApi } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { Button, Card, DataTable, Page, ProblemNotice, type Sort } from '../../kit/index.ts'
import { serversQuery } from '../../queries/servers.ts'
import { useMe, useOrchestra } from '../../session/index.ts'
import { EmptyServers, NoMatch } from './list/empty-servers.tsx'
import { useServerColumns } from './list/server-columns.tsx'
import { ServerFilters } from './list/server-filters.tsx'
import { filterRows, serverRow, type ServerRow } from './list/server-row.ts'
import { RegisterDialog } from './register/register-dialog.tsx'
import { SERVER_SORTS, validateSearch, type ServersSearch } from './search.ts'

const route = getRouteApi('/servers')

/** The servers that the caller may see, each with its state. */
export const Route = createLazyRoute('/servers')({ component: ServersScreen })

function ServersScreen() {
  const { t } = useLingui()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayRegister = useMe().permissions.includes('servers:write')
  const put = (change: Record<string, unknown>): void =>
    void navigate({
      search: (before) => validateSearch({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    })
  const register = (
    <Button variant="primary" icon={Plus} onClick={() => put({ dialog: 'register' })}>
      <Trans>Register a server</Trans>
    </Button>
  )
  return (
    <Page
      title={t`Servers`}
      lead={t`MCP servers that you own or may call, as the gateways see them now.`}
      actions={mayRegister && register}
    >
      <ServerList search={search} onSearch={put} register={mayRegister ? register : undefined} />
      <RegisterDialog
        open={search.dialog === 'register' && mayRegister}
        onClose={() => put({ dialog: undefined })}
      />
    </Page>
  )
}

function ServerList({
  search,
  onSearch,
  register,
}: {
  search: ServersSearch
  onSearch: (change: Record<string, unknown>) => void
  register: React.ReactNode
}) {
  const { t } = useLingui()
  const columns = useServerColumns()
  const navigate = route.useNavigate()
  const { organization } = useMe()
  const servers = useQuery(serversQuery(useOrchestra()))
  const items = servers.data?.items ?? []
  const rows = items.map((server) => serverRow(server, organization.id))
  const shown = filterRows(rows, search)
  if (servers.isSuccess && items.length === 0) return <EmptyServers register={register} />
  const open = ({ server }: ServerRow): void =>
    void navigate({ to: '/servers/$id', params: { id: server.id } })
  return (
    <>
      {servers.error && (
        <ProblemNotice problem={servers.error} retry={() => void servers.refetch()} />
      )}
      <ServerFilters search={search} onSearch={onSearch} />
      <Card flush footer={servers.isSuccess && <Count shown={shown.length} all={rows.length} />}>
        <DataTable
          caption={t`Servers`}
          columns={columns}
          rows={shown}
          getRowId={({ server }) => server.id}
          onRowOpen={open}
          loading={servers.isPending}
          sort={sortOf(search)}
          onSort={({ id, desc }) => onSearch({ sort: id, order: desc ? 'desc' : undefined })}
          empty={
            <NoMatch
              onClear={() => onSearch({ q: undefined, state: undefined, owner: undefined })}
            />
          }
        />
      </Card>
    </>
  )
}

function Count({ shown, all }: { shown: number; all: number }) {
  return (
    <p role="status">
      {shown === all ? (
        <Plural value={all} one="# server" other="# servers" />
      ) : (
        <Trans>
          {shown} of {all} servers
        </Trans>
      )}
    </p>
  )
}

function sortOf({ sort = 'name', order }: ServersSearch): Sort {
  return { id: SERVER_SORTS.includes(sort) ? sort : 'name', desc: order === 'desc' }
}
