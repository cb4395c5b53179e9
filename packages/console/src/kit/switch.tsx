import { useId, type ReactNode } from 'react'

/** Something that is on or off at once, without a save button. */
export function Switch({
  label,
  checked,
  onValue,
  disabled = false,
}: {
  label: ReactNode
  checked: boolean
  onValue: (checked: boolean) => void
  disabled?: boolean
}) {
  const id = useId()
  return (
    <span className="inline-flex min-h-(--size-control) items-center gap-2">
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onValue(event.target.checked)}
        className="relative h-5 w-9 shrink-0 cursor-pointer appearance-none rounded-full border border-field bg-sunken transition-colors duration-(--time-quick) before:absolute before:start-0.5 before:top-0.5 before:size-3.5 before:rounded-full before:bg-field before:transition-[inset-inline-start] before:duration-(--time-quick) checked:border-accent checked:bg-accent checked:before:start-[18px] checked:before:bg-on-accent disabled:opacity-55"
      />
      <label htmlFor={id}>{label}</label>
    </span>
  )
}
