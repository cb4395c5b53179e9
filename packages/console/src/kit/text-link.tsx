import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

function Anchor({ className, children, ...rest }: ComponentProps<'a'>) {
  return (
    <a {...rest} className={classNames('text-link', className)}>
      {children}
    </a>
  )
}

/** A link of the router in running text, underlined. */
export const TextLink = createLink(Anchor)
