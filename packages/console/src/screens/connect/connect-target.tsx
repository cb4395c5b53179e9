import { useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Field, Select } from '../../kit/index.ts'

/** Stands for the endpoint with all servers' tools. */
const ALL = ''
/** Stands for the endpoint whose tools search the others; no alias has a colon. */
const SEARCH = ':search'

/** What is chosen: one server by its alias, or all of them, in one of two ways. */
export type Target = { readonly server: string | undefined; readonly via: 'search' | undefined }

/** What the client shall reach: all servers behind one address, or one of them unchanged. */
export function ConnectTarget({
  servers,
  target: { server: alias, via },
  onTarget,
}: {
  servers: readonly Server[]
  target: Target
  onTarget: (target: Target) => void
}) {
  const { t } = useLingui()
  const sorted = servers.toSorted((a, b) => a.name.localeCompare(b.name))
  const known = alias === undefined || servers.some((server) => server.alias === alias)
  return (
    <Field
      label={t`Servers`}
      hint={
        alias !== undefined
          ? t`One server, unchanged, at an address of its own.`
          : via === 'search'
            ? t`All of them behind three tools that find, describe and call the others: hundreds of tools cost a model’s context no more than three.`
            : t`All of them behind one address: only colliding tool names are changed.`
      }
      error={!known && t`There is no server “${alias ?? ''}”, or none that you may see.`}
    >
      {(control) => (
        <Select
          {...control}
          value={known ? (alias ?? (via === 'search' ? SEARCH : ALL)) : ALL}
          onValue={(next) =>
            onTarget({
              server: next === ALL || next === SEARCH ? undefined : next,
              via: next === SEARCH ? 'search' : undefined,
            })
          }
          options={[
            { value: ALL, label: t`All servers, one address` },
            { value: SEARCH, label: t`All servers, found by search` },
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
