import { useLingui } from '@lingui/react/macro'
import { useMe } from '../session/me.ts'
import { Brand } from './brand.tsx'
import { mayEnter, NAVIGATION } from './navigation.ts'
import { PlaceLink } from './place-link.tsx'

/** The places of the console on a wide screen. */
export function Sidebar() {
  const { t, i18n } = useLingui()
  const { permissions } = useMe()
  return (
    <nav
      aria-label={t`Main`}
      className="sticky top-0 flex h-dvh w-(--size-sidebar) shrink-0 flex-col border-e border-line bg-sunken max-md:hidden"
    >
      <div className="flex h-(--size-header) items-center px-4">
        <Brand />
      </div>
      <div className="flex-1 overflow-y-auto px-2 py-2">
        {NAVIGATION.map(({ title, places }) => {
          const shown = places.filter((place) => mayEnter(place, permissions))
          if (shown.length === 0) return null
          return (
            <div key={title?.id ?? 'top'} className="mb-3">
              {title !== undefined && (
                <p className="px-2 pb-1 text-xs font-medium text-faint" aria-hidden>
                  {i18n._(title)}
                </p>
              )}
              <ul
                aria-label={title === undefined ? undefined : i18n._(title)}
                className="flex flex-col gap-0.5"
              >
                {shown.map((place) => (
                  <li key={place.to}>
                    <PlaceLink place={place} />
                  </li>
                ))}
              </ul>
            </div>
          )
        })}
      </div>
    </nav>
  )
}
