import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Field, FormDialog, Input, toast } from '../../kit/index.ts'
import { stopMutation } from '../../queries/stops.ts'
import { useOrchestra } from '../../session/index.ts'

/** The longest reason, in characters, as the API takes it. */
const REASON_CHARS_MAX = 300

/** Asks why: whoever is refused reads it. */
export function StopDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const [reason, setReason] = useState('')
  const stop = useMutation(stopMutation(useOrchestra()))
  const close = (): void => {
    setReason('')
    stop.reset()
    onClose()
  }
  const submit = (): void =>
    stop.mutate(
      { reason: reason.trim() === '' ? t`stopped by hand` : reason.trim() },
      {
        onSuccess({ pendingGateways }) {
          close()
          const names = pendingGateways.join(', ')
          const title = t`Spending is stopped.`
          if (names === '') toast.show({ tone: 'good', title })
          else toast.show({ tone: 'warn', title, body: t`Not yet applied by: ${names}` })
        },
      },
    )
  return (
    <FormDialog
      open={open}
      onClose={close}
      title={<Trans>Stop all spending?</Trans>}
      description={
        <Trans>
          Paid calls that are running end at once, and no new one begins until somebody resumes.
        </Trans>
      }
      submitLabel={<Trans>Stop all spending</Trans>}
      busy={stop.isPending}
      error={stop.error}
      onSubmit={submit}
    >
      <Field label={t`Reason`} hint={t`Whoever is refused reads it.`}>
        {(control) => (
          <Input
            {...control}
            value={reason}
            maxLength={REASON_CHARS_MAX}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  )
}
