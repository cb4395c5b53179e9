import { Trans } from '@lingui/react/macro'
import { Card, Spinner } from '../../kit/index.ts'

/** A call whose record is on its way from its gateway. */
export function WaitingCall() {
  return (
    <Card>
      <div
        role="status"
        className="mx-auto flex max-w-lg flex-col items-center gap-3 px-4 py-10 text-center"
      >
        <Spinner label="" />
        <p className="text-lg font-semibold">
          <Trans>This call is on its way to the books</Trans>
        </p>
        <p className="text-muted">
          <Trans>
            The gateway wrote it into its journal. It is posted in a moment, and this page shows it
            by itself.
          </Trans>
        </p>
      </div>
    </Card>
  )
}
