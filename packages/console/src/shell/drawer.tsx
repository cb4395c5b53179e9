import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import { IconButton } from '../kit/icon-button.tsx'
import type { Place } from './navigation.ts'
import { Brand } from './brand.tsx'
import { PlaceLink } from './place-link.tsx'

/** Every place, over the page of a phone. */
export default function Drawer({
  onClose,
  places,
}: {
  onClose: () => void
  places: readonly Place[]
}) {
  const { t } = useLingui()
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    if (element === null) return undefined
    element.showModal()
    return () => element.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-label={t`All places`}
      onClose={onClose}
      onPointerDown={(event) => event.target === dialog.current && onClose()}
      className="fixed inset-x-0 top-auto bottom-0 m-0 max-h-[85dvh] w-full max-w-none rounded-t-lg border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] shadow-float"
    >
      <div className="p-3">
        <div className="flex items-center justify-between ps-2">
          <Brand />
          <IconButton label={t`Close`} icon={X} onClick={onClose} />
        </div>
        <nav aria-label={t`All places`}>
          <ul>
            {places.map((place) => (
              <li key={place.to}>
                <PlaceLink place={place} onFollow={onClose} />
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </dialog>
  )
}
