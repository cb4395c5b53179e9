import { Trans, useLingui } from '@lingui/react/macro'
import type { IssuedKey } from '@mcp-orchestra/sdk'
import { useState, type ReactNode } from 'react'
import { Button, Dialog, Notice } from '../../kit/index.ts'
import { IssuedSecret } from './issued-secret.tsx'

/** Shows the secret of a key that was just made. It closes when the secret is said to be saved, or after a warning. */
export function SecretDialog({
  issued,
  title,
  onClose,
  children,
}: {
  issued: IssuedKey | undefined
  title: string
  onClose: () => void
  /** What to do with the key now. */
  children?: ReactNode
}) {
  const [saved, setSaved] = useState(false)
  const [warned, setWarned] = useState(false)
  const close = (): void => {
    setSaved(false)
    setWarned(false)
    onClose()
  }
  const tryClose = (): void => (saved ? close() : setWarned(true))
  return (
    <Dialog
      open={issued !== undefined}
      onClose={tryClose}
      title={title}
      footer={
        <Button variant="primary" onClick={tryClose}>
          <Trans>Done</Trans>
        </Button>
      }
    >
      {issued !== undefined && (
        <IssuedSecret
          secret={issued.secret}
          saved={saved}
          onSaved={(now) => {
            setSaved(now)
            setWarned(false)
          }}
        />
      )}
      {warned && <UnsavedWarning onLeave={close} onStay={() => setWarned(false)} />}
      {children}
    </Dialog>
  )
}

function UnsavedWarning({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  const { t } = useLingui()
  return (
    <Notice
      tone="bad"
      live
      title={t`Close without saving the key?`}
      actions={
        <>
          <Button size="sm" autoFocus onClick={onStay}>
            <Trans>Stay</Trans>
          </Button>
          <Button size="sm" variant="danger" onClick={onLeave}>
            <Trans>Close anyway</Trans>
          </Button>
        </>
      }
    >
      <Trans>It cannot be shown again; you would have to rotate it.</Trans>
    </Notice>
  )
}
