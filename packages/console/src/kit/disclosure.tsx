import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

/** Something more, shown on request. */
export function Disclosure({
  summary,
  open,
  onToggle,
  children,
}: {
  summary: ReactNode
  open?: boolean
  onToggle?: (open: boolean) => void
  children: ReactNode
}) {
  return (
    <details
      open={open}
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
      className="group min-w-0"
    >
      <summary className="inline-flex min-h-(--size-control) list-none items-center gap-1 rounded-sm font-medium text-muted hover:text-text [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={15}
          aria-hidden
          className="transition-transform duration-(--time-quick) group-open:rotate-90 rtl:rotate-180"
        />
        {summary}
      </summary>
      <div className="pt-1">{children}</div>
    </details>
  )
}
