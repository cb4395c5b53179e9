import { LoaderCircle } from 'lucide-react'
import { VisuallyHidden } from './visually-hidden.tsx'

/** Only the turning circle, for where text says what is going on. */
export function SpinnerIcon() {
  return <LoaderCircle size={16} aria-hidden className="animate-spin" />
}

/** Something takes a moment; `label` says what, to screen readers too. */
export function Spinner({ label }: { label: string }) {
  return (
    <span role="status" className="inline-flex items-center gap-2 text-muted">
      <SpinnerIcon />
      <VisuallyHidden>{label}</VisuallyHidden>
    </span>
  )
}
