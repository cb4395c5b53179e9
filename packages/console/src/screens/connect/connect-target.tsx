import { useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Field, Select } from '../../kit/index.ts'

/** Stands for the endpoint with all servers' tools. */
const ALL = ''

/** What the client shall reach: all servers behind one address, or one of them unchanged. */
export function ConnectTarget({
  servers,
  alias,
  onAlias,
}: {
  servers: readonly Server[]
  alias: string | undefined
  onAlias: (alias: string | undefined) => void
}) {
  const { t } = useLingui()
  const sorted = servers.toSorted((a, b) => a.name.localeCompare(b.name))
  const known = alias === undefined || servers.some((server) => server.alias === alias)
  return (
    <Field
      label={t`Servers`}
      hint={
        alias === undefined
          ? t`All of them behind one address: only colliding tool names are changed.`
          : t`One server, unchanged, at an address of its own.`
      }
      error={!known && t`There is no server “${alias ?? ''}”, or none that you may see.`}
    >
      {(control) => (
        <Select
          {...control}
          value={known ? (alias ?? ALL) : ALL}
          onValue={(next) => onAlias(next === ALL ? undefined : next)}
          options={[
            { value: ALL, label: t`All servers, one address` },
            ...sorted.map((server) => ({
              value: server.alias,
              label: server.enabled ? server.name : t`${server.name} (off)`,
            })),
          ]}
        />
      )}
    </Field>
  )
}
