import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

/** A number as the text that was typed: no spinner, no wheel, no rounding. The owner parses it. */
export function NumberInput({
  className,
  integer = false,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'inputMode'> & { integer?: boolean }) {
  return (
    <input
      autoComplete="off"
      {...rest}
      type="text"
      inputMode={integer ? 'numeric' : 'decimal'}
      className={classNames('field font-mono', className)}
    />
  )
}
