import { Trans, useLingui } from '@lingui/react/macro'
import type { IssuedKey } from '@mcp-orchestra/sdk'
import { CodeBlock, Disclosure } from '../../kit/index.ts'
import { curlText, type FirstRequest } from './curl-text.ts'
import { FirstCall } from './first-call-view.tsx'

/** Whether it works: the first call of the new key, and a line for a terminal. */
export function ConnectCheck({
  request,
  issued,
}: {
  request: FirstRequest
  issued: IssuedKey | undefined
}) {
  const { t } = useLingui()
  return (
    <div className="flex flex-col gap-3">
      {issued === undefined ? (
        <p className="text-muted">
          <Trans>
            With a key that was created here, this page shows its first call as it arrives.
          </Trans>
        </p>
      ) : (
        <FirstCall apiKey={issued.key} />
      )}
      <Disclosure summary={<Trans>Check the address and the key from a terminal</Trans>}>
        <p className="mb-2 text-muted">
          <Trans>It greets the server, calls no tool and costs nothing.</Trans>
        </p>
        <CodeBlock text={curlText(request)} language="shell" label={t`Terminal`} />
      </Disclosure>
    </div>
  )
}
