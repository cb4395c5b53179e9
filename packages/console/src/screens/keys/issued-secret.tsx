import { Trans, useLingui } from '@lingui/react/macro'
import { useBlocker } from '@tanstack/react-router'
import { Checkbox, CodeBlock, CopyButton, Notice } from '../../kit/index.ts'

/** A secret that is shown once, and the promise of its reader to have saved it. */
export function IssuedSecret({
  secret,
  saved,
  onSaved,
}: {
  secret: string
  saved: boolean
  onSaved: (saved: boolean) => void
}) {
  const { t } = useLingui()
  useLeaveWarning(!saved)
  return (
    <>
      <Notice tone="warn" title={t`This is the only time the key is shown.`}>
        <Trans>
          Nobody can read it again, not even an operator. Keep it where secrets are kept.
        </Trans>
      </Notice>
      <CodeBlock text={secret} label={t`API key`} copyable={false} wrap />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <CopyButton text={secret} label={t`Copy the key`} wide variant="primary" />
        <Checkbox label={t`I have saved this key`} checked={saved} onValue={onSaved} />
      </div>
    </>
  )
}

/** Asks before the page is left while a secret is unsaved: by the router, and by the browser. */
function useLeaveWarning(unsaved: boolean): void {
  const { t } = useLingui()
  const question = t`The key cannot be shown again. Leave without saving it?`
  useBlocker({
    // The browser's own question: the dialog above is modal, and a second one could not be reached.
    // oxlint-disable-next-line no-alert
    shouldBlockFn: () => unsaved && !window.confirm(question),
    enableBeforeUnload: () => unsaved,
    disabled: !unsaved,
  })
}
