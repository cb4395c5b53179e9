import type { ComponentProps, ReactNode } from 'react'
import { useId } from 'react'

/** A yes or no with its label beside; the label is part of the target. */
export function Checkbox({
  label,
  hint,
  onValue,
  id,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'onChange'> & {
  label: ReactNode
  hint?: ReactNode
  onValue: (checked: boolean) => void
}) {
  const own = useId()
  const inputId = id ?? own
  const described = hint === undefined ? rest['aria-describedby'] : `${inputId}-note`
  return (
    <div className="flex min-h-(--size-control) items-start gap-2 py-1.5">
      <input
        {...rest}
        id={inputId}
        type="checkbox"
        aria-describedby={described}
        onChange={(event) => onValue(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent pointer-coarse:size-5"
      />
      <div className="min-w-0">
        <label htmlFor={inputId} className="block">
          {label}
        </label>
        {hint !== undefined && (
          <div id={`${inputId}-note`} className="text-sm text-muted">
            {hint}
          </div>
        )}
      </div>
    </div>
  )
}
