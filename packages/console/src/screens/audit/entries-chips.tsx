import { Trans } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { Button, VisuallyHidden } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import type { AuditChange } from './entries-filters.tsx'
import type { AuditSearch } from './search.ts'
import { ThingName } from './thing-name.tsx'

/** Filters that come from an entry or a link and have no field: a press takes one off. */
export function EntriesChips({
  search: { actor, target },
  names,
  onChange,
}: {
  search: AuditSearch
  names: Names
  onChange: (change: AuditChange) => void
}) {
  if (actor === undefined && target === undefined) return null
  const remove = (
    <VisuallyHidden>
      <Trans>Remove the filter:</Trans>{' '}
    </VisuallyHidden>
  )
  return (
    <div className="flex flex-wrap gap-2">
      {actor !== undefined && (
        <Button size="sm" icon={X} onClick={() => onChange({ actor: undefined })}>
          {remove}
          <Trans>
            By <ThingName id={actor} names={names} />
          </Trans>
        </Button>
      )}
      {target !== undefined && (
        <Button size="sm" icon={X} onClick={() => onChange({ target: undefined })}>
          {remove}
          <Trans>
            On <ThingName id={target} names={names} />
          </Trans>
        </Button>
      )}
    </div>
  )
}
