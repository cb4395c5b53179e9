import { useId, type ReactNode } from 'react'

/** One of a few; the legend names the group. */
export function RadioGroup<V extends string>({
  legend,
  options,
  value,
  onValue,
}: {
  legend: ReactNode
  options: readonly { value: V; label: ReactNode; hint?: ReactNode; disabled?: boolean }[]
  value: V
  onValue: (value: V) => void
}) {
  const name = useId()
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1 font-medium">{legend}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="flex min-h-(--size-control) items-start gap-2 rounded-md border border-line px-3 py-1.5 has-checked:border-accent has-checked:bg-selected"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onValue(option.value)}
            className="mt-[3px] size-4 shrink-0 accent-accent"
          />
          <span className="min-w-0">
            {option.label}
            {option.hint !== undefined && (
              <span className="block text-sm text-muted">{option.hint}</span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
