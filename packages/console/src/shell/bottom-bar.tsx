import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Menu as MenuIcon } from 'lucide-react'
import { useState } from 'react'
import { useMe } from '../session/me.ts'
import { later } from './lazy.tsx'
import { BAR_PLACES, placesFor, type Place } from './navigation.ts'

const Drawer = later(() => import('./drawer.tsx'))

const ITEM = 'flex h-full w-full flex-col items-center justify-center gap-1 rounded-md text-2xs'

/** The places that are used most, under the thumb; the others are one tap further. */
export function BottomBar() {
  const { t } = useLingui()
  const { permissions } = useMe()
  const [open, setOpen] = useState(false)
  const places = placesFor(permissions)
  return (
    <>
      <nav
        aria-label={t`Main`}
        className="fixed inset-x-0 bottom-0 z-30 h-[calc(var(--size-bottom-bar)+env(safe-area-inset-bottom))] border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        <ul className="flex h-full">
          {places
            .filter(({ to }) => BAR_PLACES.has(to))
            .map((place) => (
              <li key={place.to} className="flex-1 p-1">
                <BarLink place={place} />
              </li>
            ))}
          <li className="flex-1 p-1">
            <button
              type="button"
              aria-haspopup="dialog"
              onClick={() => setOpen(true)}
              className={`${ITEM} text-muted`}
            >
              <MenuIcon size={20} aria-hidden />
              <Trans>More</Trans>
            </button>
          </li>
        </ul>
      </nav>
      {open && <Drawer onClose={() => setOpen(false)} places={places} />}
    </>
  )
}

function BarLink({ place }: { place: Place }) {
  const { i18n } = useLingui()
  const IconOf = place.icon
  return (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      activeProps={{ className: 'text-accent-text font-medium', 'aria-current': 'page' }}
      inactiveProps={{ className: 'text-muted' }}
      className={ITEM}
    >
      <IconOf size={20} aria-hidden />
      {i18n._(place.label)}
    </Link>
  )
}
