import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

/** One line of text; `mono` for ids, URLs and amounts. */
export function Input({
  className,
  mono = false,
  type = 'text',
  ...rest
}: ComponentProps<'input'> & { mono?: boolean }) {
  return (
    <input {...rest} type={type} className={classNames('field', mono && 'font-mono', className)} />
  )
}
