import { X } from 'lucide-react'
import type { ReactNode } from 'react'

/** A filter that is on and has no field of its own, with a button that takes it off. */
export function Chip({
  label,
  onRemove,
  children,
}: {
  label: string
  onRemove: () => void
  children: ReactNode
}) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1 rounded-full border border-line bg-surface ps-3 text-sm">
      <span className="truncate">{children}</span>
      <button
        type="button"
        aria-label={label}
        onClick={onRemove}
        className="grid size-7 shrink-0 place-items-center rounded-full text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
      >
        <X size={14} aria-hidden />
      </button>
    </span>
  )
}
