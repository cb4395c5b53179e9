import {
  cloneElement,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type ReactElement,
} from 'react'
import { movePopover } from './place-beside.ts'

/** How long a pointer rests before the tooltip shows, in milliseconds: passing over shows nothing. */
const REST_MS = 350

/** A short explanation of a control, on hover and on focus; Escape hides it (WCAG 1.4.13). */
export function Tooltip({
  text,
  names = false,
  children,
}: {
  text: string
  /** The text is already the control's name: not read a second time. */
  names?: boolean
  children: ReactElement<{ 'aria-describedby'?: string | undefined }>
}) {
  const id = useId()
  const anchor = useRef<HTMLSpanElement>(null)
  const bubble = useRef<HTMLSpanElement>(null)
  const [state, setState] = useState<'hidden' | 'resting' | 'shown'>('hidden')
  useEffect(() => {
    if (state !== 'resting') return undefined
    const timer = setTimeout(() => setState('shown'), REST_MS)
    return () => clearTimeout(timer)
  }, [state])
  useLayoutEffect(() => {
    const [from, shown] = [anchor.current?.firstElementChild, bubble.current]
    if (state !== 'shown' || shown === null || from === null || from === undefined) return
    movePopover(from, shown, 'centre')
  }, [state])
  return (
    <span
      ref={anchor}
      role="presentation"
      className="contents"
      onPointerEnter={(event) => event.pointerType === 'mouse' && setState('resting')}
      onPointerLeave={() => setState('hidden')}
      onPointerDown={() => setState('hidden')}
      onFocus={(event) => event.target.matches(':focus-visible') && setState('shown')}
      onBlur={() => setState('hidden')}
      onKeyDown={(event) => event.key === 'Escape' && setState('hidden')}
    >
      {names ? children : cloneElement(children, { 'aria-describedby': id })}
      <span
        ref={bubble}
        id={id}
        role="tooltip"
        hidden={state !== 'shown'}
        aria-hidden={names || undefined}
        className="pointer-events-none fixed z-50 max-w-72 rounded-md bg-text px-2 py-1 text-xs text-page shadow-float"
      >
        {text}
      </span>
    </span>
  )
}
