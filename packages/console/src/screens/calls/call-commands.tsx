import { Trans, useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { Card, CodeBlock } from '../../kit/index.ts'

/** How to read the same record outside of the console. */
export function CallCommands({ call }: { call: UsageEvent }) {
  const { t } = useLingui()
  return (
    <Card title={<Trans>Read it elsewhere</Trans>}>
      <div className="flex flex-col gap-3">
        <CodeBlock wrap label={t`Terminal`} text={`npm run -s orchestra -- usage ${call.id}`} />
        <CodeBlock
          wrap
          label="curl"
          text={`curl -H "Authorization: Bearer $ORCHESTRA_API_KEY" ${globalThis.location.origin}/v1/usage/${call.id}`}
        />
      </div>
    </Card>
  )
}
