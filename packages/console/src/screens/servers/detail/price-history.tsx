import { Trans, useLingui } from '@lingui/react/macro'
import type { Price, Server } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { Tag } from 'lucide-react'
import {
  Badge,
  Card,
  DataTable,
  EmptyState,
  ProblemNotice,
  SearchInput,
  Time,
  type Column,
} from '../../../kit/index.ts'
import {
  priceHistoryQuery,
  PRICES_MAX,
  pricesByTool,
  type ToolPrice,
} from '../../../queries/prices.ts'
import { useOrchestra } from '../../../session/index.ts'
import { percentOfBps } from '../price/fee-split.ts'
import { ShownPrice } from '../price/shown-price.tsx'
import { amountOf } from './tool-row.ts'
import { useTimeStep } from '../../../queries/time-step.ts'
import { useServerSearch } from './server-search.ts'

/** Every price version of a server, newest first: what is charged, what was, what will be. */
export function PriceHistory({ server }: { server: Server }) {
  const { t } = useLingui()
  const [search, put] = useServerSearch()
  const prices = useQuery(priceHistoryQuery(useOrchestra(), server.id))
  const all = prices.data?.items ?? []
  const text = (search.q ?? '').toLowerCase()
  const shown = all.filter(({ tool }) => tool.toLowerCase().includes(text))
  const columns = usePriceColumns(pricesByTool(all, useTimeStep()))
  return (
    <div className="flex flex-col gap-4">
      {prices.error && <ProblemNotice problem={prices.error} retry={() => void prices.refetch()} />}
      {all.length > 0 && (
        <SearchInput
          label={t`Find a tool`}
          value={search.q ?? ''}
          onValue={(q) => put({ q: q === '' ? undefined : q })}
        />
      )}
      <Card
        flush
        footer={
          prices.data?.more ? (
            <Trans>The newest {PRICES_MAX} versions are shown.</Trans>
          ) : (
            <Trans>Versions never change; a new one takes over from its start on.</Trans>
          )
        }
      >
        <DataTable
          caption={t`Price versions of ${server.name}`}
          columns={columns}
          rows={shown}
          getRowId={({ id }) => id}
          loading={prices.isPending}
          empty={
            <NoPrices some={all.length > 0} onTools={() => put({ tab: 'tools', q: undefined })} />
          }
        />
      </Card>
    </div>
  )
}

function usePriceColumns(current: ReadonlyMap<string, ToolPrice>): readonly Column<Price>[] {
  const { t } = useLingui()
  return [
    {
      id: 'tool',
      header: t`Tool`,
      rowHeader: true,
      sortValue: ({ tool }) => tool.toLowerCase(),
      cell: ({ tool }) => <code className="break-all">{tool}</code>,
    },
    {
      id: 'version',
      header: t`Version`,
      align: 'end',
      cell: ({ version }) => version,
    },
    {
      id: 'state',
      header: t`State`,
      cell: (price) => <VersionState price={price} current={current.get(price.tool)} />,
    },
    {
      id: 'price',
      header: t`Price per call`,
      align: 'end',
      sortValue: amountOf,
      cell: (price) => <ShownPrice price={price} />,
    },
    {
      id: 'fee',
      header: t`Platform fee`,
      align: 'end',
      cell: ({ feeBps }) => `${percentOfBps(feeBps)} %`,
    },
    {
      id: 'starts',
      header: t`Starts`,
      align: 'end',
      sortValue: ({ startsAt }) => Date.parse(startsAt),
      cell: ({ startsAt }) => <Time value={startsAt} />,
    },
  ]
}

function VersionState({ price, current }: { price: Price; current: ToolPrice | undefined }) {
  const { t } = useLingui()
  if (current?.now?.id === price.id) return <Badge tone="good">{t`In force`}</Badge>
  const replaced = price.version < (current?.now?.version ?? 0)
  if (replaced) return <Badge>{t`Replaced`}</Badge>
  return <Badge tone="info">{t`Announced`}</Badge>
}

function NoPrices({ some, onTools }: { some: boolean; onTools: () => void }) {
  const { t } = useLingui()
  if (some) return <EmptyState title={t`No tool matches`} />
  return (
    <EmptyState
      icon={Tag}
      title={t`Every tool is free`}
      body={t`A price is per call of one tool.`}
      action={
        <button type="button" className="text-link" onClick={onTools}>
          <Trans>Set one under Tools</Trans>
        </button>
      }
    />
  )
}
