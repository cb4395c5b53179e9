import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Card, DataTable, ProblemNotice, SearchInput, Select } from '../../kit/index.ts'
import { keysQuery } from '../../queries/keys.ts'
import { serversQuery } from '../../queries/servers.ts'
import { useMay, useOrchestra } from '../../session/index.ts'
import { EmptyKeys, NoMatch } from './empty-keys.tsx'
import { useKeyColumns, type KeyAction } from './key-columns.tsx'
import { keyRows } from './key-row.ts'
import { KEY_STATE_WORD } from './key-state-view.tsx'
import { useTimeStep } from '../../queries/time-step.ts'
import { KEY_SORTS, KEY_STATES, type KeysSearch } from './search.ts'

const ANY = 'any'

type Change = { [K in keyof KeysSearch]?: KeysSearch[K] | undefined }

/** The keys that the filters leave. */
export function KeyList({
  search,
  onSearch,
  onAction,
  create,
}: {
  search: KeysSearch
  onSearch: (change: Change) => void
  onAction: ((action: KeyAction) => void) | undefined
  create: ReactNode
}) {
  const { t } = useLingui()
  const orchestra = useOrchestra()
  const keys = useQuery(keysQuery(orchestra))
  const servers = useQuery({ ...serversQuery(orchestra), enabled: useMay('servers:read') })
  const names = new Map(servers.data?.items.map(({ id, name }) => [id, name]))
  const columns = useKeyColumns({
    nameOf: (id) => names.get(id) ?? id,
    onAction,
  })
  const all = keys.data?.items ?? []
  const shown = keyRows(all, search, useTimeStep())
  if (keys.isSuccess && all.length === 0) return <EmptyKeys create={create} />
  return (
    <>
      {keys.error && <ProblemNotice problem={keys.error} retry={() => void keys.refetch()} />}
      <KeyFilters search={search} onSearch={onSearch} />
      <Card flush footer={keys.isSuccess && <Count shown={shown.length} all={all.length} />}>
        <DataTable
          caption={t`API keys`}
          columns={columns}
          rows={shown}
          getRowId={({ key }) => key.id}
          loading={keys.isPending}
          sort={{
            id: search.sort ?? 'created',
            desc: search.sort === undefined || search.order === 'desc',
          }}
          onSort={({ id, desc }) => onSearch(validSort(id, desc))}
          empty={<NoMatch onClear={() => onSearch({ q: undefined, state: undefined })} />}
        />
      </Card>
    </>
  )
}

function validSort(id: string, desc: boolean): Change {
  const sort = KEY_SORTS.find((known) => known === id)
  return { sort, order: desc ? 'desc' : undefined }
}

function KeyFilters({
  search,
  onSearch,
}: {
  search: KeysSearch
  onSearch: (change: Change) => void
}) {
  const { t, i18n } = useLingui()
  return (
    <div className="flex flex-wrap gap-2">
      <SearchInput
        label={t`Find by name, beginning or permission`}
        value={search.q ?? ''}
        onValue={(q) => onSearch({ q: q === '' ? undefined : q })}
        className="flex-1 basis-64 max-sm:basis-full"
      />
      <Select
        aria-label={t`State`}
        className="basis-48 max-sm:grow"
        value={search.state ?? ANY}
        onValue={(state) => onSearch({ state: state === ANY ? undefined : state })}
        options={[
          { value: ANY, label: t`Any state` },
          ...KEY_STATES.map((state) => ({ value: state, label: i18n._(KEY_STATE_WORD[state]) })),
        ]}
      />
    </div>
  )
}

function Count({ shown, all }: { shown: number; all: number }) {
  return (
    <p role="status">
      {shown === all ? (
        <Plural value={all} one="# key" other="# keys" />
      ) : (
        <Trans>
          {shown} of {all} keys
        </Trans>
      )}
    </p>
  )
}
