import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

/** A search field; `label` names it (no visible label beside). */
export function SearchInput({
  label,
  className,
  onValue,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'onChange'> & {
  label: string
  onValue: (text: string) => void
}) {
  return (
    <div className={classNames('relative min-w-0', className)}>
      <Search
        size={15}
        aria-hidden
        className="pointer-events-none absolute start-2.5 top-1/2 -translate-y-1/2 text-faint"
      />
      <input
        autoComplete="off"
        spellCheck={false}
        placeholder={label}
        {...rest}
        type="search"
        aria-label={label}
        onChange={(event) => onValue(event.target.value)}
        className="field ps-8"
      />
    </div>
  )
}
