import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheck, CircleDashed } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card, CodeBlock, LinkButton, VisuallyHidden } from '../../kit/index.ts'
import { useMay } from '../../session/index.ts'

/** The way from nothing to the first paid call, a step at a time. */
export function GettingStarted({
  servers,
  money,
  calls,
}: {
  servers: boolean
  money: boolean
  calls: boolean
}) {
  const { t } = useLingui()
  const operator = useMay('platform:operate')
  return (
    <Card title={<Trans>Getting started</Trans>}>
      <ol className="flex flex-col gap-5">
        <Step done={servers} title={t`Add a server`}>
          <CodeBlock
            wrap
            label={t`Terminal`}
            text="npm run -s orchestra -- servers add everything -- npx -y @modelcontextprotocol/server-everything stdio"
          />
          <LinkButton to="/servers" search={{ dialog: 'register' }}>
            <Trans>Add it here</Trans>
          </LinkButton>
        </Step>
        <Step done={money} title={t`Have some money`}>
          {operator ? (
            <LinkButton to="/balance" search={{ do: 'top-up' }}>
              <Trans>Top up with demo money</Trans>
            </LinkButton>
          ) : (
            <p className="text-muted">
              <Trans>
                Ask the operator of this platform for a top-up. Free tools work without.
              </Trans>
            </p>
          )}
        </Step>
        <Step done={calls} title={t`Make the first call`}>
          <LinkButton to="/playground">
            <Trans>Open the playground</Trans>
          </LinkButton>
        </Step>
        <Step done={false} title={t`Connect your own client`}>
          <LinkButton to="/connect">
            <Trans>Configurations for Claude, Cursor, VS Code and Codex</Trans>
          </LinkButton>
        </Step>
      </ol>
    </Card>
  )
}

function Step({ done, title, children }: { done: boolean; title: string; children: ReactNode }) {
  const Shape = done ? CircleCheck : CircleDashed
  return (
    <li className="flex gap-3">
      <Shape
        size={18}
        aria-hidden
        className={`mt-0.5 shrink-0 ${done ? 'text-good' : 'text-muted'}`}
      />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-2">
        <p className="font-medium">
          {title}
          {done && (
            <VisuallyHidden>
              {' '}
              <Trans>(done)</Trans>
            </VisuallyHidden>
          )}
        </p>
        {!done && (
          <div className="flex w-full min-w-0 flex-col items-start gap-2 *:max-w-full">
            {children}
          </div>
        )}
      </div>
    </li>
  )
}
