import { Trans, useLingui } from '@lingui/react/macro'
import type { ApiKey, IssuedKey } from '@mcp-orchestra/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog, Field, Select } from '../../kit/index.ts'
import { rotateKeyMutation } from '../../queries/keys.ts'
import { useOrchestra } from '../../session/index.ts'

/** Overlaps that are offered, in seconds; the API takes at most a day. */
const GRACE_SECONDS = [0, 600, 3_600, 21_600, 86_400] as const

/** Puts a new key in the place of an old one; its owner shows the secret. Open while there is a key. */
export function RotateDialog({
  apiKey,
  onClose,
  onIssued,
}: {
  apiKey: ApiKey | undefined
  onClose: () => void
  onIssued: (issued: IssuedKey) => void
}) {
  const { t } = useLingui()
  const [graceSeconds, setGraceSeconds] = useState<number>(3_600)
  const rotate = useMutation(rotateKeyMutation(useOrchestra()))
  const close = (): void => {
    rotate.reset()
    onClose()
  }
  const words: Readonly<Record<(typeof GRACE_SECONDS)[number], string>> = {
    0: t`Not at all: it ends now`,
    600: t`10 minutes`,
    3_600: t`1 hour`,
    21_600: t`6 hours`,
    86_400: t`24 hours`,
  }
  return (
    <ConfirmDialog
      open={apiKey !== undefined}
      title={t`Rotate ${apiKey?.name ?? ''}?`}
      body={
        <>
          <p>
            <Trans>
              You get a new key with the same permissions. The old one works on beside it for the
              overlap, so that nothing stops while you replace it.
            </Trans>
          </p>
          <Field label={t`The old key works on for`}>
            {(control) => (
              <Select
                {...control}
                value={String(graceSeconds)}
                onValue={(text) => setGraceSeconds(Number.parseInt(text, 10))}
                options={GRACE_SECONDS.map((seconds) => ({
                  value: String(seconds),
                  label: words[seconds],
                }))}
              />
            )}
          </Field>
        </>
      }
      confirmLabel={<Trans>Rotate the key</Trans>}
      busy={rotate.isPending}
      error={rotate.error}
      onClose={close}
      onConfirm={() =>
        apiKey !== undefined &&
        rotate.mutate(
          { id: apiKey.id, graceSeconds },
          {
            onSuccess: (issued) => {
              rotate.reset()
              onIssued(issued)
            },
          },
        )
      }
    />
  )
}
