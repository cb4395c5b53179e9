import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import type { Icon } from './icon.ts'
import { Tooltip } from './tooltip.tsx'

/** A button that is only an icon; `label` names it for everyone, as a tooltip too. */
export function IconButton({
  label,
  icon: IconOf,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { label: string; icon: Icon }) {
  return (
    <Tooltip text={label} names>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={classNames(
          'inline-flex size-(--size-control) shrink-0 items-center justify-center rounded-md text-muted',
          'transition-colors duration-(--time-quick) hover:bg-hover hover:text-text disabled:opacity-55',
          className,
        )}
      >
        <IconOf size={16} aria-hidden />
      </button>
    </Tooltip>
  )
}
