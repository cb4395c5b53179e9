import { useLingui } from '@lingui/react/macro'
import { SearchInput, Select } from '../../../kit/index.ts'
import { SERVER_STATES, type ServersSearch } from '../search.ts'
import { STATE_WORD } from './server-state-view.tsx'

const ANY = 'any'

/** Filters of the list of servers; all of them are in the address. */
export function ServerFilters({
  search,
  onSearch,
}: {
  search: ServersSearch
  onSearch: (change: { [K in 'q' | 'state' | 'owner']?: ServersSearch[K] | undefined }) => void
}) {
  const { t, i18n } = useLingui()
  return (
    <div className="flex flex-wrap gap-2">
      <SearchInput
        label={t`Find by name, alias, id or address`}
        value={search.q ?? ''}
        onValue={(q) => onSearch({ q: q === '' ? undefined : q })}
        className="flex-1 basis-64 max-sm:basis-full"
      />
      <Select
        aria-label={t`State`}
        className="basis-36 max-sm:grow"
        value={search.state ?? ANY}
        onValue={(state) => onSearch({ state: state === ANY ? undefined : state })}
        options={[
          { value: ANY, label: t`Any state` },
          ...SERVER_STATES.map((state) => ({ value: state, label: i18n._(STATE_WORD[state]) })),
        ]}
      />
      <Select
        aria-label={t`Owner`}
        className="basis-36 max-sm:grow"
        value={search.owner ?? ANY}
        onValue={(owner) => onSearch({ owner: owner === ANY ? undefined : owner })}
        options={[
          { value: ANY, label: t`Any owner` },
          { value: 'mine', label: t`Mine` },
          { value: 'others', label: t`Others'` },
        ]}
      />
    </div>
  )
}
