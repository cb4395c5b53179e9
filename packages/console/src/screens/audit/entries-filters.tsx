import { Trans, useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { Button, Input, Select, type Option } from '../../kit/index.ts'
import { useMay } from '../../session/index.ts'
import { actionText, KIND_WORDS, PLATFORM_KIND_WORDS } from './action-words.ts'
import { OUTCOMES, type AuditSearch } from './search.ts'

/** What Select has for "no filter"; no filter has this value. */
const ALL = ''

/** What a filter may become; undefined takes it off. */
export type AuditChange = { [K in keyof AuditSearch]?: AuditSearch[K] | undefined }

/** The filters of the audit log; they live in the address. */
export function EntriesFilters({
  search,
  onChange,
}: {
  search: AuditSearch
  onChange: (change: AuditChange) => void
}) {
  const { t } = useLingui()
  const operator = useMay('platform:operate')
  const outcomes: Option[] = [
    { value: ALL, label: t`All outcomes` },
    { value: 'done', label: t`Done` },
    { value: 'refused', label: t`Refused` },
  ]
  return (
    <div
      role="search"
      aria-label={t`Filter the audit log`}
      className="grid grid-cols-2 gap-2 md:flex md:flex-wrap md:items-center"
    >
      {operator && (
        <Select
          aria-label={t`Whose entries`}
          className="max-md:col-span-2 md:w-48"
          options={[
            { value: ALL, label: t`My organization` },
            { value: 'platform', label: t`The platform` },
          ]}
          value={search.scope ?? ALL}
          onValue={(value) =>
            onChange({ scope: value === 'platform' ? value : undefined, action: undefined })
          }
        />
      )}
      <ActionFilter search={search} onChange={onChange} />
      <Select
        aria-label={t`Outcome`}
        className="md:w-40"
        options={outcomes}
        value={search.outcome ?? ALL}
        onValue={(value) => onChange({ outcome: OUTCOMES.find((outcome) => outcome === value) })}
      />
      <Day
        label={t`From`}
        value={search.from}
        max={search.to}
        onValue={(from) => onChange({ from })}
      />
      <Day label={t`To`} value={search.to} min={search.from} onValue={(to) => onChange({ to })} />
      {Object.keys(search).some((name) => name !== 'scope') && (
        <Button
          variant="ghost"
          icon={X}
          className="max-md:col-span-2"
          onClick={() => onChange(NO_FILTER)}
        >
          <Trans>Clear filters</Trans>
        </Button>
      )}
    </div>
  )
}

/** Takes every filter off; whose entries are shown stays. */
export const NO_FILTER: AuditChange = {
  action: undefined,
  actor: undefined,
  target: undefined,
  outcome: undefined,
  from: undefined,
  to: undefined,
}

function ActionFilter({
  search: { action, scope },
  onChange,
}: {
  search: AuditSearch
  onChange: (change: AuditChange) => void
}) {
  const { t, i18n } = useLingui()
  const kinds = scope === 'platform' ? PLATFORM_KIND_WORDS : KIND_WORDS
  const options: Option[] = [
    { value: ALL, label: t`All actions` },
    ...[...kinds].map(([value, word]) => ({ value, label: i18n._(word) })),
  ]
  // One action comes by a link only: it keeps its filter, and is called what it is.
  if (action !== undefined && !kinds.has(action)) {
    options.push({ value: action, label: actionText(i18n, action) })
  }
  return (
    <Select
      aria-label={t`Action`}
      className="md:w-48"
      options={options}
      value={action ?? ALL}
      onValue={(value) => onChange({ action: value === ALL ? undefined : value })}
    />
  )
}

function Day({
  label,
  value,
  onValue,
  ...bounds
}: {
  label: string
  value: string | undefined
  min?: string | undefined
  max?: string | undefined
  onValue: (day: string | undefined) => void
}) {
  return (
    <label className="flex min-w-0 items-center gap-2 text-sm text-muted max-md:flex-col max-md:items-start max-md:gap-1">
      {label}
      <Input
        type="date"
        {...bounds}
        value={value ?? ''}
        onChange={(event) => onValue(event.target.value === '' ? undefined : event.target.value)}
      />
    </label>
  )
}
