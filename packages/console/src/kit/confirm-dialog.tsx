import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ProblemNotice } from './problem-notice.tsx'

/** Asks before something that matters; the label of the button says what will happen. */
export function ConfirmDialog({
  open,
  title,
  body,
  confirmLabel,
  danger = false,
  onConfirm,
  onClose,
  busy = false,
  error,
}: {
  open: boolean
  title: ReactNode
  body?: ReactNode
  confirmLabel: ReactNode
  danger?: boolean
  onConfirm: () => void
  onClose: () => void
  busy?: boolean
  /** What was thrown by the last try. */
  error?: unknown
}) {
  const footer = (
    <>
      <Button onClick={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
        {confirmLabel}
      </Button>
    </>
  )
  return (
    <Dialog open={open} onClose={onClose} title={title} size="sm" footer={footer}>
      {body}
      {error !== undefined && error !== null && <ProblemNotice problem={error} compact />}
    </Dialog>
  )
}
