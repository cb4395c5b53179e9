import { useId, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** Views of one thing, one at a time; arrows move between them (WAI-ARIA tabs, automatic activation). */
export function Tabs<V extends string>({
  label,
  value,
  onChange,
  items,
  children,
}: {
  /** Names the row of tabs. */
  label: string
  value: V
  onChange: (value: V) => void
  items: readonly { value: V; label: ReactNode; count?: number | undefined }[]
  /** What the chosen tab shows. */
  children?: ReactNode
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const chosen = document.getElementById(`${id}-${value}`)
    chosen?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [id, value])
  const move = (event: KeyboardEvent): void => {
    const at = items.findIndex((item) => item.value === value)
    const next = targetOf(event.key, at, items.length)
    const item = next === undefined ? undefined : items[next]
    if (item === undefined) return
    event.preventDefault()
    onChange(item.value)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next ?? 0]?.focus()
  }
  return (
    <>
      <div
        ref={list}
        role="tablist"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={move}
        className="flex gap-1 overflow-x-auto border-b border-line"
      >
        {items.map((item) => (
          <button
            key={item.value}
            type="button"
            role="tab"
            id={`${id}-${item.value}`}
            aria-selected={item.value === value}
            aria-controls={children === undefined ? undefined : `${id}-panel`}
            tabIndex={item.value === value ? 0 : -1}
            onClick={() => onChange(item.value)}
            className={classNames(
              '-mb-px inline-flex min-h-(--size-control) shrink-0 items-center gap-1.5 border-b-2 px-2.5 font-medium whitespace-nowrap focus-visible:-outline-offset-2',
              item.value === value
                ? 'border-accent text-text'
                : 'border-transparent text-muted hover:text-text',
            )}
          >
            {item.label}
            {item.count !== undefined && (
              <span className="rounded-full bg-hover px-1.5 text-xs text-muted">{item.count}</span>
            )}
          </button>
        ))}
      </div>
      {children !== undefined && (
        <div
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${value}`}
          className="min-w-0"
        >
          {children}
        </div>
      )}
    </>
  )
}

function targetOf(key: string, at: number, count: number): number | undefined {
  const step = document.documentElement.dir === 'rtl' ? -1 : 1
  if (key === 'ArrowRight') return (at + step + count) % count
  if (key === 'ArrowLeft') return (at - step + count) % count
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}
