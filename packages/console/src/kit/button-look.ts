import { classNames } from './class-names.ts'

/** What a button is for: one primary per view, danger for what cannot be undone. */
export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
/** `sm` stands inside a row or a header; on a phone both are 44 px. */
export type ButtonSize = 'md' | 'sm'

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-md font-medium select-none sm:whitespace-nowrap max-sm:text-balance ' +
  'transition-colors duration-(--time-quick) disabled:opacity-55 aria-disabled:opacity-55'

const VARIANT: Readonly<Record<ButtonVariant, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-surface text-text hover:bg-hover',
  ghost: 'text-muted hover:bg-hover hover:text-text',
  danger: 'bg-danger text-on-accent hover:bg-danger-hover',
}

const SIZE: Readonly<Record<ButtonSize, string>> = {
  md: 'min-h-(--size-control) px-3 text-base',
  sm: 'min-h-(--size-control-sm) px-2 text-sm',
}

/** The classes of everything that looks like a button. */
export function buttonLook(variant: ButtonVariant = 'secondary', size: ButtonSize = 'md'): string {
  return classNames(BASE, VARIANT[variant], SIZE[size])
}
