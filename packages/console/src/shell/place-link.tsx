import { useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Place } from './navigation.ts'

/** A link to a place, as a line of a list; the one that is open is marked for screen readers too. */
export function PlaceLink({ place, onFollow }: { place: Place; onFollow?: () => void }) {
  const { i18n } = useLingui()
  const IconOf = place.icon
  return (
    <Link
      to={place.to}
      onClick={onFollow}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      activeProps={{
        className: 'bg-selected text-accent-text font-medium',
        'aria-current': 'page',
      }}
      inactiveProps={{ className: 'text-muted' }}
      className="flex min-h-(--size-control) items-center gap-2.5 rounded-md px-2 hover:bg-hover hover:text-text"
    >
      <IconOf size={16} aria-hidden className="shrink-0" />
      {i18n._(place.label)}
    </Link>
  )
}
