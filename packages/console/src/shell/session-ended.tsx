import { Trans, useLingui } from '@lingui/react/macro'
import { Dialog } from '../kit/dialog.tsx'
import { meQuery } from '../session/me.ts'
import { queryClient } from '../session/query-client.ts'
import { SignInForm } from '../screens/sign-in/sign-in-form.tsx'

/** The session ended elsewhere: sign in again in place, nothing on the page is lost. */
export default function SessionEnded() {
  const { t } = useLingui()
  const email = queryClient.getQueryData(meQuery.queryKey)?.member?.email
  return (
    <Dialog
      open
      onClose={() => undefined}
      dismissable={false}
      size="sm"
      title={t`Your session ended`}
      description={
        <Trans>
          You signed out in another tab, or the session expired. Sign in to go on where you were.
        </Trans>
      }
    >
      <SignInForm {...(email === undefined ? {} : { email })} onDone={() => undefined} />
    </Dialog>
  )
}
