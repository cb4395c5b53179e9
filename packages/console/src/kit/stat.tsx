import { Link, type LinkProps } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

/** One figure with its name; with `to` the whole tile leads to the rows behind it. */
export function Stat({
  label,
  value,
  note,
  ...link
}: { label: string; value: ReactNode; note?: ReactNode } & Partial<
  Pick<LinkProps, 'to' | 'search' | 'params'>
>) {
  const body = (
    <>
      <span className="flex items-center justify-between gap-2 text-sm text-muted">
        {label}
        {link.to !== undefined && <ChevronRight size={14} aria-hidden className="rtl:rotate-180" />}
      </span>
      <span className="text-xl font-semibold tracking-tight">{value}</span>
      {note !== undefined && <span className="text-sm text-muted">{note}</span>}
    </>
  )
  const look =
    'flex min-w-0 flex-col gap-1 rounded-lg border border-line bg-surface p-(--size-card-pad) shadow-raised'
  if (link.to === undefined) return <div className={look}>{body}</div>
  return (
    <Link
      {...link}
      className={`${look} transition-colors duration-(--time-quick) hover:border-line-strong hover:bg-hover`}
    >
      {body}
    </Link>
  )
}
