import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

/** Several lines of text; grows with its content up to its `max-h`. */
export function TextArea({
  className,
  mono = false,
  rows = 3,
  ...rest
}: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      {...rest}
      rows={rows}
      className={classNames(
        'field field-sizing-content max-h-[50vh] resize-y py-1.5',
        mono && 'font-mono',
        className,
      )}
    />
  )
}
