import { Trans, useLingui } from '@lingui/react/macro'
import type { HealthStatus, Server } from '@mcp-orchestra/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import {
  Button,
  Card,
  DataTable,
  Duration,
  ProblemNotice,
  Skeleton,
  Time,
  type Column,
} from '../../../kit/index.ts'
import { healthQuery, probeMutation } from '../../../queries/servers.ts'
import { useOrchestra } from '../../../session/index.ts'
import { Unknown } from '../list/server-columns.tsx'
import { serverState } from '../list/server-row.ts'
import { ServerStateView } from '../list/server-state-view.tsx'

type GatewayView = HealthStatus['gateways'][number]

/** What each gateway sees of a server, and a button that makes them look now. */
export function HealthCard({ server }: { server: Server }) {
  const { t } = useLingui()
  const orchestra = useOrchestra()
  const health = useQuery(healthQuery(orchestra, server.id))
  const probe = useMutation(probeMutation(orchestra, server.id))
  const problem = probe.error ?? health.error
  return (
    <Card
      title={t`Health`}
      actions={
        <Button
          size="sm"
          icon={RefreshCw}
          busy={probe.isPending}
          disabled={!server.enabled}
          onClick={() => probe.mutate()}
        >
          {probe.isPending ? <Trans>Checking</Trans> : <Trans>Check now</Trans>}
        </Button>
      }
      footer={<Trans>Gateways look every few seconds; “Check now” waits up to ten for them.</Trans>}
    >
      {problem && <ProblemNotice problem={problem} compact />}
      {health.isPending && <Skeleton lines={3} />}
      {health.data && (
        <div className="flex flex-col gap-4">
          <div role="status">
            <ServerStateView
              state={serverState(server, health.data.state)}
              reason={health.data.reason}
            />
          </div>
          <Gateways gateways={health.data.gateways} />
        </div>
      )}
    </Card>
  )
}

function Gateways({ gateways }: { gateways: readonly GatewayView[] }) {
  const { t } = useLingui()
  const columns: readonly Column<GatewayView>[] = [
    {
      id: 'gateway',
      header: t`Gateway`,
      rowHeader: true,
      cell: ({ gateway }) => <code>{gateway}</code>,
    },
    {
      id: 'state',
      header: t`State`,
      cell: ({ state, reason }) => <ServerStateView state={state} reason={reason} />,
    },
    {
      id: 'p50',
      header: t`p50`,
      align: 'end',
      cell: ({ latencyMsP50 }) => <Latency ms={latencyMsP50} />,
    },
    {
      id: 'p99',
      header: t`p99`,
      align: 'end',
      cell: ({ latencyMsP99 }) => <Latency ms={latencyMsP99} />,
    },
    {
      id: 'observed',
      header: t`Seen`,
      align: 'end',
      cell: ({ observedAt }) => <Time value={observedAt} relative />,
    },
  ]
  return (
    <div className="-mx-(--size-card-pad) -mb-(--size-card-pad) border-t border-line">
      <DataTable
        caption={t`Health by gateway`}
        columns={columns}
        rows={gateways}
        getRowId={({ gateway }) => gateway}
        empty={
          <p className="px-(--size-card-pad) text-muted">
            <Trans>No gateway has looked at this server yet.</Trans>
          </p>
        }
      />
    </div>
  )
}

function Latency({ ms }: { ms: number | null }) {
  return ms === null ? <Unknown /> : <Duration ms={ms} />
}
