import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { ApiKey } from '@mcp-orchestra/sdk'
import { Ban, Ellipsis, RotateCw } from 'lucide-react'
import { Badge, IconButton, Menu, Time, type Column } from '../../kit/index.ts'
import { canRotate, works } from './key-state.ts'
import { KeyStateView } from './key-state-view.tsx'
import type { KeyRow } from './key-row.ts'

/** Permissions named in a line; more are counted. */
const NAMED_MAX = 2

/** What can be asked for about one key. */
export type KeyAction = { readonly kind: 'rotate' | 'revoke'; readonly key: ApiKey }

/** The columns of the keys. */
export function useKeyColumns(options: {
  readonly nameOf: (serverId: string) => string
  readonly onAction: ((action: KeyAction) => void) | undefined
}): readonly Column<KeyRow>[] {
  const { t } = useLingui()
  const { nameOf, onAction } = options
  return [
    {
      id: 'name',
      header: t`Key`,
      rowHeader: true,
      sortValue: ({ key }) => key.name.toLowerCase(),
      cell: ({ key }) => (
        <span className="block min-w-0">
          <span className="block font-medium">{key.name}</span>
          <code className="block font-normal text-muted">{key.start}…</code>
        </span>
      ),
    },
    { id: 'state', header: t`State`, cell: ({ state }) => <KeyStateView state={state} /> },
    {
      id: 'permissions',
      header: t`May`,
      cell: ({ key }) => <Permissions names={key.permissions} />,
    },
    {
      id: 'servers',
      header: t`Servers`,
      cell: ({ key }) => <Servers of={key} nameOf={nameOf} />,
    },
    {
      id: 'created',
      header: t`Created`,
      sortValue: ({ key }) => Date.parse(key.createdAt),
      cell: ({ key }) => <Time value={key.createdAt} relative />,
      phone: 'hidden',
    },
    {
      id: 'used',
      header: t`Last used`,
      sortValue: ({ key }) => (key.lastUsedAt === null ? 0 : Date.parse(key.lastUsedAt)),
      cell: ({ key }) => <LastUse at={key.lastUsedAt} />,
    },
    {
      id: 'expires',
      header: t`Ends`,
      sortValue: ({ key }) => Date.parse(key.expiresAt),
      cell: ({ key }) => <Time value={key.revokedAt ?? key.expiresAt} relative />,
    },
    ...(onAction === undefined ? [] : [actions(t`Actions`, onAction)]),
  ]
}

function LastUse({ at }: { at: string | null }) {
  if (at !== null) return <Time value={at} relative />
  return (
    <span className="text-muted">
      <Trans>Never</Trans>
    </span>
  )
}

function actions(header: string, onAction: (action: KeyAction) => void): Column<KeyRow> {
  return {
    id: 'actions',
    header: '',
    align: 'end',
    cell: (row) => <KeyActions row={row} label={header} onAction={onAction} />,
  }
}

function KeyActions({
  row: { key, state },
  label,
  onAction,
}: {
  row: KeyRow
  label: string
  onAction: (action: KeyAction) => void
}) {
  const { t } = useLingui()
  if (!works(state)) return null
  return (
    <Menu
      label={label}
      trigger={<IconButton label={t`Actions for ${key.name}`} icon={Ellipsis} />}
      items={[
        {
          label: t`Rotate`,
          icon: RotateCw,
          disabled: !canRotate(state),
          onSelect: () => onAction({ kind: 'rotate', key }),
        },
        {
          label: t`Revoke`,
          icon: Ban,
          danger: true,
          onSelect: () => onAction({ kind: 'revoke', key }),
        },
      ]}
    />
  )
}

function Permissions({ names }: { names: ApiKey['permissions'] }) {
  const more = names.slice(NAMED_MAX)
  return (
    <span className="inline-flex flex-wrap gap-1 max-sm:justify-end" title={names.join(', ')}>
      {names.slice(0, NAMED_MAX).map((name) => (
        <Badge key={name} tone={name === 'platform:operate' ? 'warn' : 'neutral'}>
          {name}
        </Badge>
      ))}
      {more.length > 0 && (
        <Badge tone={more.includes('platform:operate') ? 'warn' : 'neutral'}>
          <Trans>+{more.length} more</Trans>
        </Badge>
      )}
    </span>
  )
}

function Servers({ of: key, nameOf }: { of: ApiKey; nameOf: (serverId: string) => string }) {
  if (key.allow.some(({ serverId }) => serverId === '*')) return <Trans>All</Trans>
  const names = [...new Set(key.allow.map(({ serverId }) => nameOf(serverId)))]
  if (names.length === 0) return <Trans>None</Trans>
  if (names.length <= NAMED_MAX) return names.join(', ')
  return (
    <span title={names.join(', ')}>
      <Plural value={names.length} one="# server" other="# servers" />
    </span>
  )
}
