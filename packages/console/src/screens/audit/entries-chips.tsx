import { Trans, useLingui } from '@lingui/react/macro'
import { Chip } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import type { AuditChange } from './entries-filters.tsx'
import type { AuditSearch } from './search.ts'
import { ThingName } from './thing-name.tsx'

/** Filters that come from an entry or a link and have no field: each can be taken off. */
export function EntriesChips({
  search: { actor, target },
  names,
  onChange,
}: {
  search: AuditSearch
  names: Names
  onChange: (change: AuditChange) => void
}) {
  const { t } = useLingui()
  if (actor === undefined && target === undefined) return null
  return (
    <div className="flex flex-wrap gap-2">
      {actor !== undefined && (
        <Chip label={t`Remove the filter: who`} onRemove={() => onChange({ actor: undefined })}>
          <Trans>
            By <ThingName id={actor} names={names} />
          </Trans>
        </Chip>
      )}
      {target !== undefined && (
        <Chip
          label={t`Remove the filter: on what`}
          onRemove={() => onChange({ target: undefined })}
        >
          <Trans>
            On <ThingName id={target} names={names} />
          </Trans>
        </Chip>
      )}
    </div>
  )
}
