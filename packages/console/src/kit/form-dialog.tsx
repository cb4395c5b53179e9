import { Trans } from '@lingui/react/macro'
import { useId, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ProblemNotice } from './problem-notice.tsx'

/** A dialog that is one form: Enter and its button send it, once at a time; a refusal stands below the fields. */
export function FormDialog({
  open,
  title,
  description,
  submitLabel,
  busy,
  error,
  onSubmit,
  onClose,
  children,
}: {
  open: boolean
  title: ReactNode
  description?: ReactNode
  submitLabel: ReactNode
  busy: boolean
  /** What was thrown by the last try; null or undefined: nothing. */
  error: unknown
  onSubmit: () => void
  onClose: () => void
  children: ReactNode
}) {
  const formId = useId()
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="sm"
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) onSubmit()
        }}
      >
        {children}
        {error !== null && error !== undefined && <ProblemNotice problem={error} compact />}
      </form>
    </Dialog>
  )
}
