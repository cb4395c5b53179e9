import { Trans, useLingui } from '@lingui/react/macro'
import type { LeaseExposure } from '@mcp-orchestra/sdk'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  Card,
  DataTable,
  Identifier,
  Money,
  ProblemNotice,
  Skeleton,
  Time,
  type Column,
} from '../../kit/index.ts'
import { leasesQuery } from '../../queries/balance.ts'
import { useOrchestra } from '../../session/index.ts'

/** Money that gateways hold to spend without asking: what a lost machine could cost. */
export function LeasesCard() {
  const { t } = useLingui()
  const leases = useQuery(leasesQuery(useOrchestra()))
  const columns = useMemo(
    (): readonly Column<LeaseExposure>[] => [
      { id: 'gateway', header: t`Gateway`, rowHeader: true, cell: ({ gateway }) => gateway },
      {
        id: 'granted',
        header: t`Granted`,
        align: 'end',
        cell: ({ granted }) => <Money value={granted} />,
      },
      { id: 'used', header: t`Used`, align: 'end', cell: ({ used }) => <Money value={used} /> },
      {
        id: 'opened',
        header: t`Opened`,
        cell: ({ openedAt }) => <Time value={openedAt} relative />,
      },
      {
        id: 'stops',
        header: t`No new calls after`,
        cell: ({ stopsAt }) => <Time value={stopsAt} />,
      },
      { id: 'id', header: t`Lease`, cell: ({ id }) => <Identifier value={id} copy /> },
    ],
    [t],
  )
  return (
    <Card flush title={<Trans>Open leases</Trans>}>
      {leases.error !== null && leases.data === undefined ? (
        <ProblemNotice problem={leases.error} retry={() => void leases.refetch()} />
      ) : leases.data === undefined ? (
        <div className="p-(--size-card-pad)">
          <Skeleton lines={1} />
        </div>
      ) : (
        <DataTable
          caption={t`Open leases`}
          columns={columns}
          rows={leases.data.items}
          getRowId={({ id }) => id}
          empty={
            <p className="px-(--size-card-pad) py-4 text-muted">
              <Trans>None: no gateway holds money. The first paid call makes one.</Trans>
            </p>
          }
        />
      )}
    </Card>
  )
}
