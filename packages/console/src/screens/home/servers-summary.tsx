import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Link } from '@tanstack/react-router'
import { Card, LinkButton, Skeleton, StatusDot } from '../../kit/index.ts'

/** Servers that are listed; the rest is a number. */
const LISTED_MAX = 6

/** Which servers there are and how they do, those in trouble first. */
export function ServersSummary({ servers }: { servers: readonly Server[] | undefined }) {
  return (
    <Card
      flush
      title={<Trans>Servers</Trans>}
      actions={
        <LinkButton size="sm" to="/servers">
          <Trans>All servers</Trans>
        </LinkButton>
      }
    >
      {servers === undefined ? (
        <div className="p-(--size-card-pad)">
          <Skeleton lines={5} />
        </div>
      ) : (
        <ServerLines servers={servers} />
      )}
    </Card>
  )
}

const ORDER = { maintenance: 0, active: 1, inactive: 2 } as const satisfies Record<
  Server['status'],
  number
>

function ServerLines({ servers }: { servers: readonly Server[] }) {
  const sorted = servers.toSorted(
    (a, b) => ORDER[a.status] - ORDER[b.status] || a.alias.localeCompare(b.alias),
  )
  const rest = servers.length - LISTED_MAX
  return (
    <ul>
      {sorted.slice(0, LISTED_MAX).map((server) => (
        <li key={server.id} className="border-b border-line last:border-b-0">
          <Link
            to="/servers/$id"
            params={{ id: server.id }}
            className="flex min-h-11 items-center justify-between gap-3 px-(--size-card-pad) py-1.5 hover:bg-hover"
          >
            <span className="min-w-0">
              <span className="block truncate font-medium">{server.alias}</span>
              <span className="block truncate text-sm text-muted">{server.name}</span>
            </span>
            <ServerState status={server.status} />
          </Link>
        </li>
      ))}
      {rest > 0 && (
        <li className="px-(--size-card-pad) py-2.5 text-sm text-muted">
          <Plural value={rest} one="And # more" other="And # more" />
        </li>
      )}
    </ul>
  )
}

function ServerState({ status }: { status: Server['status'] }) {
  const { t } = useLingui()
  switch (status) {
    case 'active':
      return <StatusDot tone="good" label={t`Active`} />
    case 'maintenance':
      return <StatusDot tone="bad" label={t`Not reached`} />
    case 'inactive':
      return <StatusDot tone="neutral" label={t`Off`} />
  }
}
