import { useId } from 'react'

/** One of a few short values, side by side; a native radio group, so arrows and forms work as ever. */
export function Segments<V extends string>({
  labelledBy,
  describedBy,
  options,
  value,
  onValue,
}: {
  labelledBy: string
  describedBy?: string | undefined
  options: readonly { value: V; label: React.ReactNode }[]
  value: V
  onValue: (value: V) => void
}) {
  const name = useId()
  return (
    <div
      role="radiogroup"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      className="inline-flex max-w-full flex-wrap self-start overflow-hidden rounded-md border border-field"
    >
      {options.map((option) => (
        <label
          key={option.value}
          className="inline-flex min-h-(--size-control) cursor-pointer items-center border-e border-line px-3 last:border-e-0 hover:bg-hover has-checked:bg-selected has-checked:font-medium has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-focus"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
            className="sr-only"
          />
          {option.label}
        </label>
      ))}
    </div>
  )
}
