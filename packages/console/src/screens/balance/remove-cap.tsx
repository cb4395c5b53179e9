import { Trans, useLingui } from '@lingui/react/macro'
import type { Cap } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog, IconButton, Money, toast } from '../../kit/index.ts'
import { removeCapMutation } from '../../queries/balance.ts'
import { useOrchestra } from '../../session/index.ts'
import { useWindowWords } from './window-words.ts'

/** Lifts a cap, after asking: from then on nothing of it binds. */
export function RemoveCap({ cap }: { cap: Cap }) {
  const { t } = useLingui()
  const window = useWindowWords()(cap.window)
  const [asking, setAsking] = useState(false)
  const remove = useMutation(removeCapMutation(useOrchestra()))
  const confirm = (): void =>
    remove.mutate(cap.id, {
      onSuccess: ({ pendingGateways }) => {
        setAsking(false)
        const names = pendingGateways.join(', ')
        const title = t`The cap is lifted.`
        if (names === '') toast.show({ tone: 'good', title })
        else toast.show({ tone: 'warn', title, body: t`Not yet applied by: ${names}` })
      },
    })
  return (
    <>
      <IconButton
        label={t`Remove the cap of ${cap.amount.display} ${window}`}
        icon={Trash2}
        onClick={() => setAsking(true)}
      />
      <ConfirmDialog
        open={asking}
        title={<Trans>Remove this cap?</Trans>}
        body={
          <p>
            <Trans>
              Nothing of <Money value={cap.amount} /> {window} is held back any more: other caps and
              the balance still bind.
            </Trans>
          </p>
        }
        confirmLabel={<Trans>Remove the cap</Trans>}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={confirm}
        onClose={() => {
          remove.reset()
          setAsking(false)
        }}
      />
    </>
  )
}
