import { Trans, useLingui } from '@lingui/react/macro'
import type { ApiKey } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { ConfirmDialog, toast } from '../../kit/index.ts'
import { revokeKeyMutation } from '../../queries/keys.ts'
import { useOrchestra } from '../../session/index.ts'

/** Revokes a key after a question. Open while there is a key. */
export function RevokeDialog({
  apiKey,
  onClose,
}: {
  apiKey: ApiKey | undefined
  onClose: () => void
}) {
  const { t } = useLingui()
  const revoke = useMutation(revokeKeyMutation(useOrchestra()))
  const close = (): void => {
    revoke.reset()
    onClose()
  }
  const name = apiKey?.name ?? ''
  return (
    <ConfirmDialog
      open={apiKey !== undefined}
      title={t`Revoke ${name}?`}
      body={
        <p>
          <Trans>
            Every gateway refuses <code>{apiKey?.start}…</code> within a second, and the calls that
            are running under it end. This cannot be undone; to replace a key in use, rotate it.
          </Trans>
        </p>
      }
      confirmLabel={<Trans>Revoke the key</Trans>}
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onClose={close}
      onConfirm={() =>
        apiKey !== undefined &&
        revoke.mutate(apiKey.id, {
          onSuccess: ({ pendingGateways }) => {
            close()
            if (pendingGateways.length === 0) {
              return toast.show({ tone: 'good', title: t`${name} is revoked everywhere.` })
            }
            const names = pendingGateways.join(', ')
            return toast.show({
              tone: 'warn',
              title: t`${name} is revoked.`,
              body: t`Not yet applied by: ${names}`,
            })
          },
        })
      }
    />
  )
}
