import { Trans } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { useId, type ReactNode } from 'react'

/** What a {@link Field} hands to its control; spread it. */
export type FieldControl = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

/** A label, a hint, an error, and the control wired to all three. */
export function Field({
  label,
  hint,
  error,
  optional = false,
  required = false,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  /** One sentence: what is wrong and what to do. */
  error?: ReactNode
  optional?: boolean
  required?: boolean
  children: (control: FieldControl) => ReactNode
}) {
  const id = useId()
  const hasHint = hint !== undefined && hint !== null && hint !== ''
  const hasError = error !== undefined && error !== null && error !== '' && error !== false
  const described = [hasHint && `${id}-hint`, hasError && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
        {optional && (
          <span className="ms-2 font-normal text-faint">
            <Trans>optional</Trans>
          </span>
        )}
      </label>
      {hasHint && (
        <div id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </div>
      )}
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': hasError ? true : undefined,
        'aria-required': required ? true : undefined,
      })}
      {hasError && (
        <div id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-bad">
          <CircleAlert size={14} aria-hidden className="mt-[3px] shrink-0" />
          <span>{error}</span>
        </div>
      )}
    </div>
  )
}
