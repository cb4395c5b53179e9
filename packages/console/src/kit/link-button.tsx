import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { buttonLook, type ButtonSize, type ButtonVariant } from './button-look.ts'
import { classNames } from './class-names.ts'
import type { Icon } from './icon.ts'

function Anchor({
  variant,
  size,
  icon: IconOf,
  className,
  children,
  ...rest
}: ComponentProps<'a'> & { variant?: ButtonVariant; size?: ButtonSize; icon?: Icon }) {
  return (
    <a {...rest} className={classNames(buttonLook(variant, size), className)}>
      {IconOf !== undefined && <IconOf size={16} aria-hidden />}
      {children}
    </a>
  )
}

/** A link of the router that looks like a button: it goes somewhere, a {@link Button} does something. */
export const LinkButton = createLink(Anchor)
