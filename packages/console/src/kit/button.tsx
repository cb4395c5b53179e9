import type { ComponentProps } from 'react'
import { buttonLook, type ButtonSize, type ButtonVariant } from './button-look.ts'
import { classNames } from './class-names.ts'
import type { Icon } from './icon.ts'
import { SpinnerIcon } from './spinner.tsx'

/** What a {@link Button} takes beside what every button takes. */
export type ButtonProps = ComponentProps<'button'> & {
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: Icon
  /** Works on it: keeps its width and its focus, and ignores clicks. */
  busy?: boolean
}

/** A button; `type` is `button` unless told otherwise. */
export function Button({
  variant,
  size,
  icon: IconOf,
  busy = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy ? 'button' : type}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? undefined : onClick}
      className={classNames(buttonLook(variant, size), className)}
    >
      {busy ? <SpinnerIcon /> : IconOf !== undefined && <IconOf size={16} aria-hidden />}
      {children}
    </button>
  )
}
