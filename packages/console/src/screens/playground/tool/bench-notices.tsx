import { Trans } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Notice } from '../../../kit/index.ts'
import type { JsonObject } from '../../../schema/index.ts'
import { wouldLoseDigits } from './use-tool-call.ts'

/** What stands in the way of a call before it is made. */
export function BenchNotices({
  server,
  hasSchema,
  value,
}: {
  server: Server
  hasSchema: boolean
  value: JsonObject
}) {
  return (
    <>
      {server.status === 'inactive' && (
        <Notice tone="warn" title={<Trans>This server is switched off</Trans>}>
          <Trans>Calls are refused until its owner switches it on.</Trans>
        </Notice>
      )}
      {server.status === 'maintenance' && (
        <Notice tone="warn" title={<Trans>No gateway reaches this server now</Trans>}>
          <Trans>A call may be refused. Nothing is charged for a refused call.</Trans>
        </Notice>
      )}
      {!hasSchema && (
        <Notice tone="info" title={<Trans>There is no schema to make a form of</Trans>}>
          <Trans>
            The server gave none, or one that is too large or too deep to be kept. Write the
            arguments as JSON; the server checks them.
          </Trans>
        </Notice>
      )}
      {wouldLoseDigits(value) && (
        <Notice tone="warn" title={<Trans>This browser would change the digits of a number</Trans>}>
          <Trans>
            The call is not made from here. Copy it as a command, or use a newer browser.
          </Trans>
        </Notice>
      )}
    </>
  )
}
