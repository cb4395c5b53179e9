import { useLingui } from '@lingui/react/macro'
import type { AuditEntry } from '@mcp-orchestra/sdk'
import { useMemo, type ReactNode } from 'react'
import { DataTable, type Column } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { CallTime } from '../calls/call-time.tsx'
import { actionText } from './action-words.ts'
import { EntryOutcome } from './entry-outcome.tsx'
import { ThingName } from './thing-name.tsx'

/** Entries of the audit trail, one a row; a row opens everything about its entry. */
export function EntriesTable({
  entries,
  names,
  loading,
  empty,
  onOpen,
}: {
  entries: readonly AuditEntry[]
  names: Names
  loading: boolean
  empty: ReactNode
  onOpen: (entry: AuditEntry) => void
}) {
  const { t, i18n } = useLingui()
  const columns = useMemo((): readonly Column<AuditEntry>[] => {
    return [
      {
        id: 'action',
        header: t`Action`,
        rowHeader: true,
        cell: (entry) => <span title={entry.action}>{actionText(i18n, entry.action)}</span>,
      },
      { id: 'at', header: t`Time`, cell: ({ at }) => <CallTime value={at} /> },
      { id: 'actor', header: t`Who`, cell: ({ actor }) => <ThingName id={actor} names={names} /> },
      {
        id: 'target',
        header: t`On what`,
        cell: (entry) => <Target entry={entry} names={names} />,
      },
      {
        id: 'outcome',
        header: t`Outcome`,
        cell: ({ outcome }) => <EntryOutcome value={outcome} />,
      },
    ]
  }, [t, i18n, names])
  return (
    <DataTable
      caption={t`Audit log, newest first`}
      columns={columns}
      rows={entries}
      getRowId={({ id }) => id}
      rowLabel={({ action }) => t`${actionText(i18n, action)}, open the entry`}
      onRowOpen={onOpen}
      loading={loading}
      empty={empty}
    />
  )
}

/** What was acted upon; of things that are gone, what the entry says they were called. */
function Target({ entry: { target, detail }, names }: { entry: AuditEntry; names: Names }) {
  const called = detail['alias'] ?? (target.startsWith('key_') ? detail['name'] : undefined)
  if (typeof called === 'string') return <span title={target}>{called}</span>
  if (typeof detail['tool'] === 'string') return <code title={target}>{detail['tool']}</code>
  return <ThingName id={target} names={names} />
}
