import { useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { DataTable, Duration, type Column } from '../../kit/index.ts'
import { useNames, type Names } from '../../queries/names.ts'
import { useMe } from '../../session/index.ts'
import { CallAmount } from './call-amount.tsx'
import { CallSide } from './call-side.tsx'
import { CallTime } from './call-time.tsx'
import { KeyName, ServerName } from './names-of-call.tsx'
import { Outcome } from './outcome.tsx'

/** Calls, one a row; a row leads to everything about the call. */
export function CallsTable({
  calls,
  caption,
  loading = false,
  brief = false,
  organizationId,
  empty,
  maxHeight,
}: {
  calls: readonly UsageEvent[]
  caption: string
  loading?: boolean
  /** Without the columns that only the whole list needs. */
  brief?: boolean
  /** Whose calls; absent: the caller's own. */
  organizationId?: string | undefined
  empty?: ReactNode
  maxHeight?: string
}) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const names = useNames()
  const columns = useColumns(names, brief, organizationId)
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={calls}
      getRowId={({ id }) => id}
      rowLabel={(call) => t`${call.tool}, open the call`}
      onRowOpen={({ id }) => void navigate({ to: '/calls/$id', params: { id } })}
      loading={loading}
      empty={empty}
      {...(maxHeight === undefined ? {} : { maxHeight })}
    />
  )
}

function useColumns(
  names: Names,
  brief: boolean,
  whose: string | undefined,
): readonly Column<UsageEvent>[] {
  const { t } = useLingui()
  const me = useMe()
  const organizationId = whose ?? me.organization.id
  return useMemo(() => {
    const columns: readonly Column<UsageEvent>[] = [
      {
        id: 'tool',
        header: t`Tool`,
        rowHeader: true,
        cell: ({ tool }) => <ToolName tool={tool} />,
      },
      { id: 'at', header: t`Time`, cell: ({ at }) => <CallTime value={at} /> },
      {
        id: 'server',
        ...(brief ? { phone: 'hidden' } : {}),
        header: t`Server`,
        cell: (call) => <ServerName id={call.serverId} names={names} />,
      },
      { id: 'outcome', header: t`Outcome`, cell: ({ outcome }) => <Outcome value={outcome} /> },
      { id: 'amount', header: t`Amount`, align: 'end', cell: (call) => <CallAmount call={call} /> },
      {
        id: 'took',
        ...(brief ? { phone: 'hidden' } : {}),
        header: t`Duration`,
        align: 'end',
        cell: (call) => <Duration ms={call.durationMs} />,
      },
    ]
    if (brief) return columns
    return [
      ...columns,
      {
        id: 'side',
        header: t`For me`,
        cell: (call) => <CallSide call={call} organizationId={organizationId} />,
      },
      { id: 'key', header: t`Key`, cell: (call) => <KeyName id={call.keyId} names={names} /> },
    ]
  }, [t, brief, organizationId, names])
}

function ToolName({ tool }: { tool: string }) {
  return (
    <code title={tool} className="inline-block max-w-64 truncate align-middle">
      {tool}
    </code>
  )
}
