import { useLingui } from '@lingui/react/macro'
import { Select } from '../../kit/index.ts'
import { OrganizationFilter } from '../calls/organization-filter.tsx'
import { ServerFilter } from '../calls/server-filter.tsx'
import { monthText } from '../journal/period.ts'
import { GROUPINGS, type Grouping, type UsageSearch } from './search.ts'

/** A change of the address; undefined takes a part out. */
export type UsageChange = { [K in keyof UsageSearch]?: UsageSearch[K] | undefined }

/** What Select has for "no filter"; no filter has this value. */
const ALL = ''

/** Which sums, and what they are added up by; all of it lives in the address. */
export function UsageFilters({
  search,
  months,
  period: { from, to },
  onChange,
}: {
  search: UsageSearch
  /** Months on offer, newest first. */
  months: readonly string[]
  period: { readonly from: string; readonly to: string }
  onChange: (change: UsageChange) => void
}) {
  const { t, i18n } = useLingui()
  const offered = [...new Set([...months, from, to])].toSorted().toReversed()
  const choices = offered.map((value) => ({ value, label: monthText(value, i18n.locale) }))
  const words: Record<Grouping, string> = {
    line: t`Each by itself`,
    server: t`By server`,
    tool: t`By tool`,
    month: t`By month`,
  }
  return (
    <div
      role="search"
      aria-label={t`Filter usage`}
      className="grid grid-cols-2 gap-2 md:flex md:flex-wrap"
    >
      <Select
        aria-label={t`Which side`}
        className="md:w-44"
        options={[
          { value: ALL, label: t`What was paid` },
          { value: 'publisher', label: t`What was earned` },
        ]}
        value={search.side ?? ALL}
        onValue={(side) => onChange({ side: side === 'publisher' ? side : undefined })}
      />
      <OrganizationFilter
        className="md:w-44"
        value={search.organization}
        onValue={(organization) => onChange({ organization })}
      />
      <ServerFilter value={search.server} onValue={(server) => onChange({ server })} />
      <Select
        aria-label={t`First month`}
        className="md:w-44"
        options={choices}
        value={from}
        onValue={(month) => onChange({ from: month, ...(month > to ? { to: month } : {}) })}
      />
      <Select
        aria-label={t`Last month`}
        className="md:w-44"
        options={choices}
        value={to}
        onValue={(month) => onChange({ to: month, ...(month < from ? { from: month } : {}) })}
      />
      <Select
        aria-label={t`Added up`}
        className="md:w-40"
        options={GROUPINGS.map((value) => ({ value, label: words[value] }))}
        value={search.by ?? 'line'}
        onValue={(by) => onChange({ by: by === 'line' ? undefined : by })}
      />
    </div>
  )
}
