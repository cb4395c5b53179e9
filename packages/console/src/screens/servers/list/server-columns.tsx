import { useLingui } from '@lingui/react/macro'
import { Badge, Duration, type Column } from '../../../kit/index.ts'
import { PriceRange } from './price-range.tsx'
import { STATE_RANK, type ServerRow } from './server-row.ts'
import { ServerStateView } from './server-state-view.tsx'

/** What is not known is sorted behind everything that is. */
const UNKNOWN = Number.POSITIVE_INFINITY

/** The columns of the list of servers. */
export function useServerColumns(): readonly Column<ServerRow>[] {
  const { t } = useLingui()
  return [
    {
      id: 'name',
      header: t`Server`,
      rowHeader: true,
      sortValue: ({ server }) => server.name.toLowerCase(),
      cell: ({ server }) => (
        <span className="block min-w-0">
          <span className="block font-medium">{server.name}</span>
          <code className="block text-muted">{server.alias}</code>
        </span>
      ),
    },
    {
      id: 'state',
      header: t`State`,
      sortValue: ({ state }) => STATE_RANK[state],
      cell: ({ state, figures }) => <ServerStateView state={state} reason={figures.reason} />,
    },
    {
      id: 'protocol',
      header: t`Protocol`,
      cell: ({ server }) => <Protocol row={server} />,
      phone: 'hidden',
    },
    {
      id: 'tools',
      header: t`Tools`,
      align: 'end',
      sortValue: ({ figures }) => figures.toolCount,
      cell: ({ figures }) => (figures.toolCount === 0 ? <Unknown /> : figures.toolCount),
    },
    {
      id: 'price',
      header: t`Price per call`,
      align: 'end',
      sortValue: ({ figures }) => BigInt(figures.priceTo?.amount ?? '0'),
      cell: ({ figures }) => (figures.toolCount === 0 ? <Unknown /> : <PriceRange {...figures} />),
    },
    {
      id: 'latency',
      header: t`p50 / p99`,
      align: 'end',
      sortValue: ({ figures }) => figures.latencyMsP99 ?? UNKNOWN,
      cell: ({ figures }) => <Latency p50={figures.latencyMsP50} p99={figures.latencyMsP99} />,
    },
    {
      id: 'visibility',
      header: t`Open to`,
      cell: ({ server, mine }) => (
        <span className="inline-flex flex-wrap gap-1">
          <Badge>{server.visibility === 'everyone' ? t`Everyone` : t`Organization`}</Badge>
          {!mine && <Badge tone="info">{t`Not mine`}</Badge>}
        </span>
      ),
      phone: 'hidden',
    },
  ]
}

/** A gap that says it is one. */
export function Unknown() {
  const { t } = useLingui()
  return (
    <span className="text-faint" title={t`Not known yet`}>
      –
    </span>
  )
}

function Protocol({ row }: { row: ServerRow['server'] }) {
  if (row.protocol === null) return <Unknown />
  return (
    <span className="block">
      <span className="block whitespace-nowrap">
        {row.protocol}
        {row.transport !== null && <span className="text-muted"> · {row.transport.kind}</span>}
      </span>
      {row.revision !== null && <span className="block text-sm text-muted">{row.revision}</span>}
    </span>
  )
}

function Latency({ p50, p99 }: { p50: number | null; p99: number | null }) {
  if (p50 === null || p99 === null) return <Unknown />
  return (
    <span className="whitespace-nowrap">
      <Duration ms={p50} /> <span className="text-faint">/</span> <Duration ms={p99} />
    </span>
  )
}
