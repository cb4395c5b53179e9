import { useId, type ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** A bordered group; with a title it is a region named by it. `flush` lets a table touch the edges. */
export function Card({
  title,
  actions,
  footer,
  flush = false,
  className,
  children,
}: {
  title?: ReactNode
  actions?: ReactNode
  footer?: ReactNode
  flush?: boolean
  className?: string
  children?: ReactNode
}) {
  const titleId = useId()
  return (
    <section
      aria-labelledby={title === undefined ? undefined : titleId}
      className={classNames(
        'min-w-0 rounded-lg border border-line bg-surface shadow-raised',
        className,
      )}
    >
      {title !== undefined && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-(--size-card-pad) py-2">
          <h2 id={titleId} className="text-base font-semibold">
            {title}
          </h2>
          {actions !== undefined && (
            <div className="flex flex-wrap items-center gap-2">{actions}</div>
          )}
        </header>
      )}
      <div className={flush ? 'overflow-hidden rounded-[inherit]' : 'p-(--size-card-pad)'}>
        {children}
      </div>
      {footer !== undefined && (
        <footer className="border-t border-line px-(--size-card-pad) py-3 text-sm text-muted">
          {footer}
        </footer>
      )}
    </section>
  )
}
