import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'
import { useStore } from '../session/store.ts'
import { toast, type Toast } from './toast.ts'
import { TONE_ICON, TONE_TEXT } from './tone.ts'

/** How long a toast stays, in milliseconds; one with an action or bad news stays until it is closed. */
const STAY_MS = 6_000

/** Where toasts appear; mounted once, by the shell. */
export default function Toaster() {
  const { t } = useLingui()
  const toasts = useStore(toast.shown)
  return (
    <section
      aria-label={t`Messages`}
      aria-live="polite"
      aria-relevant="additions"
      className="pointer-events-none fixed end-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 max-md:bottom-[calc(var(--size-bottom-bar)+1rem)]"
    >
      {toasts.map((shown) => (
        <ToastCard key={shown.id} shown={shown} />
      ))}
    </section>
  )
}

function ToastCard({ shown }: { shown: Toast }) {
  const { t } = useLingui()
  const [held, setHeld] = useState(false)
  const stays = shown.action !== undefined || shown.tone === 'bad'
  useEffect(() => {
    if (held || stays) return undefined
    const timer = setTimeout(() => toast.hide(shown.id), STAY_MS)
    return () => clearTimeout(timer)
  }, [held, stays, shown.id])
  const Shape = TONE_ICON[shown.tone]
  const { action } = shown
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex items-start gap-2.5 rounded-lg border border-line bg-raised p-3 shadow-float"
    >
      <Shape size={16} aria-hidden className={`mt-0.5 shrink-0 ${TONE_TEXT[shown.tone]}`} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{shown.title}</p>
        {shown.body !== undefined && <p className="text-sm text-muted">{shown.body}</p>}
        {action !== undefined && (
          <Button
            size="sm"
            className="mt-2"
            onClick={() => {
              toast.hide(shown.id)
              action.onSelect()
            }}
          >
            {action.label}
          </Button>
        )}
      </div>
      <IconButton
        label={t`Close`}
        icon={X}
        onClick={() => toast.hide(shown.id)}
        className="-me-1.5 -mt-1.5"
      />
    </div>
  )
}
