import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { SearchX, Wrench } from 'lucide-react'
import { useMemo } from 'react'
import { Card, DataTable, EmptyState, ProblemNotice, SearchInput } from '../../../kit/index.ts'
import { currentPricesQuery, pricesByTool } from '../../../queries/prices.ts'
import { TOOLS_MAX, toolsQuery } from '../../../queries/tools.ts'
import { useOrchestra } from '../../../session/index.ts'
import { useMayPrice } from '../price/may-price.ts'
import { PriceDialog } from '../price/price-dialog.tsx'
import { useTimeStep } from '../../../queries/time-step.ts'
import { useServerSearch } from './server-search.ts'
import { useToolColumns } from './tool-columns.tsx'
import { ToolDialog } from './tool-dialog.tsx'
import { findTools, isPriced, toolRows, type ToolRow } from './tool-row.ts'

/** The tools of a server, hundreds of them, with what they cost. */
export function ServerTools({ server }: { server: Server }) {
  const { t } = useLingui()
  const orchestra = useOrchestra()
  const [search, put] = useServerSearch()
  const tools = useQuery(toolsQuery(orchestra, server.id))
  const prices = useQuery(currentPricesQuery(orchestra, server.id))
  const nowMs = useTimeStep()
  const rows = useMemo(
    () => toolRows(tools.data?.items ?? [], prices.data && pricesByTool(prices.data.items, nowMs)),
    [tools.data, prices.data, nowMs],
  )
  const shown = useMemo(() => findTools(rows, search.q ?? ''), [rows, search.q])
  const columns = useToolColumns(
    useMayPrice(server) ? (tool) => put({ tool, dialog: 'price' }) : undefined,
  )
  const chosen = rows.find(({ name }) => name === search.tool)
  const close = (): void => put({ tool: undefined, dialog: undefined })
  const problem = tools.error ?? prices.error
  return (
    <div className="flex flex-col gap-4">
      {problem && <ProblemNotice problem={problem} retry={() => void tools.refetch()} />}
      <SearchInput
        label={t`Find a tool by name or description`}
        value={search.q ?? ''}
        onValue={(q) => put({ q: q === '' ? undefined : q })}
      />
      <Card
        flush
        footer={
          tools.isSuccess &&
          rows.length > 0 && <Count shown={shown} all={rows} more={tools.data.more} />
        }
      >
        <DataTable
          caption={t`Tools of ${server.name}`}
          columns={columns}
          rows={shown}
          getRowId={({ name }) => name}
          onRowOpen={({ name }) => put({ tool: name })}
          loading={tools.isPending || prices.isPending}
          selectedId={search.tool}
          empty={<NoTools some={rows.length > 0} />}
        />
      </Card>
      <ToolDialog
        server={server}
        row={search.dialog === undefined ? chosen : undefined}
        onPrice={() => put({ dialog: 'price' })}
        onClose={close}
      />
      <PriceDialog
        server={server}
        row={search.dialog === 'price' && isPriced(chosen) ? chosen : undefined}
        siblings={prices.data?.items ?? []}
        onClose={close}
      />
    </div>
  )
}

function Count({
  shown,
  all,
  more,
}: {
  shown: readonly ToolRow[]
  all: readonly ToolRow[]
  more: boolean
}) {
  return (
    <p role="status">
      {shown.length === all.length ? (
        <Plural value={all.length} one="# tool" other="# tools" />
      ) : (
        <Trans>
          {shown.length} of {all.length} tools
        </Trans>
      )}
      {more && (
        <>
          {' · '}
          <Trans>The server lists more than {TOOLS_MAX}; the rest is not shown.</Trans>
        </>
      )}
    </p>
  )
}

function NoTools({ some }: { some: boolean }) {
  const { t } = useLingui()
  if (some) return <EmptyState icon={SearchX} title={t`No tool matches`} />
  return (
    <EmptyState
      icon={Wrench}
      title={t`No tools yet`}
      body={t`Tools appear here once a gateway has reached the server and listed them.`}
    />
  )
}
