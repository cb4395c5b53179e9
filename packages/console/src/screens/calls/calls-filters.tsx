import { Trans, useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { Button, SearchInput, Select, type Option } from '../../kit/index.ts'
import { OrganizationFilter } from './organization-filter.tsx'
import { useOutcomeWords } from './outcome.tsx'
import { OUTCOMES, type CallsSearch } from './search.ts'
import { ServerFilter } from './server-filter.tsx'

/** What Select has for "no filter"; no filter has this value. */
const ALL = ''

/** The filters of the calls; they live in the address. */
export function CallsFilters({
  search,
  onChange,
}: {
  search: CallsSearch
  onChange: (change: { [K in keyof CallsSearch]?: CallsSearch[K] | undefined }) => void
}) {
  const { t } = useLingui()
  const words = useOutcomeWords()
  const sides: Option[] = [
    { value: ALL, label: t`Spending and earnings` },
    { value: 'payer', label: t`My spending` },
    { value: 'publisher', label: t`My earnings` },
  ]
  const outcomes: Option[] = [
    { value: ALL, label: t`All outcomes` },
    ...OUTCOMES.map((value) => ({ value, label: words(value).label })),
  ]
  const filtered = Object.values(search).some((value) => value !== undefined)
  return (
    <div
      role="search"
      aria-label={t`Filter calls`}
      className="grid grid-cols-2 gap-2 md:flex md:flex-wrap"
    >
      <SearchInput
        className="max-md:col-span-2 md:w-60"
        label={t`Tool, server, key or id`}
        value={search.q ?? ''}
        onValue={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <Select
        aria-label={t`Whose calls`}
        className="md:w-52"
        options={sides}
        value={search.side ?? ALL}
        onValue={(value) =>
          onChange({ side: value === 'payer' || value === 'publisher' ? value : undefined })
        }
      />
      <OrganizationFilter
        className="md:w-44"
        value={search.organization}
        onValue={(organization) => onChange({ organization })}
      />
      <ServerFilter value={search.server} onValue={(server) => onChange({ server })} />
      <Select
        aria-label={t`Outcome`}
        className="md:w-40"
        options={outcomes}
        value={search.outcome ?? ALL}
        onValue={(value) => onChange({ outcome: OUTCOMES.find((outcome) => outcome === value) })}
      />
      {filtered && (
        <Button
          variant="ghost"
          icon={X}
          className="max-md:col-span-2"
          onClick={() =>
            onChange({
              q: undefined,
              side: undefined,
              organization: undefined,
              server: undefined,
              tool: undefined,
              outcome: undefined,
              from: undefined,
              to: undefined,
            })
          }
        >
          <Trans>Clear filters</Trans>
        </Button>
      )}
    </div>
  )
}
