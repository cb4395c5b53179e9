import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

/** One choice of a {@link Select} or a radio group. */
export type Option<V extends string = string> = { value: V; label: string; disabled?: boolean }

/** The browser's own list of choices, in our clothes. */
export function Select<V extends string>({
  options,
  value,
  onValue,
  className,
  ...rest
}: Omit<ComponentProps<'select'>, 'onChange' | 'value' | 'children'> & {
  options: readonly Option<V>[]
  value: V
  onValue: (value: V) => void
}) {
  return (
    <div className={classNames('relative min-w-0', className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value)
          if (chosen !== undefined) onValue(chosen.value)
        }}
        className="field appearance-none truncate pe-8"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        size={15}
        aria-hidden
        className="pointer-events-none absolute end-2.5 top-1/2 -translate-y-1/2 text-muted"
      />
    </div>
  )
}
