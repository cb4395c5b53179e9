import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'
import type { Icon } from './icon.ts'

/** Nothing here yet: what would be here, and the one command or button that brings it. */
export function EmptyState({
  icon: IconOf,
  title,
  body,
  command,
  action,
}: {
  icon?: Icon
  title: ReactNode
  body?: ReactNode
  /** A command that works as it stands. */
  command?: string
  action?: ReactNode
}) {
  return (
    <div className="mx-auto flex w-full max-w-lg flex-col items-center gap-3 px-4 py-10 text-center">
      {IconOf !== undefined && (
        <span className="grid size-10 place-items-center rounded-lg border border-line bg-sunken text-muted">
          <IconOf size={20} aria-hidden />
        </span>
      )}
      <p className="text-lg font-semibold">{title}</p>
      {body !== undefined && <div className="text-muted">{body}</div>}
      {command !== undefined && (
        <div className="w-full text-start">
          <CodeBlock text={command} label="Terminal" wrap />
          <p className="sr-only">
            <Trans>Run this command in a terminal.</Trans>
          </p>
        </div>
      )}
      {action !== undefined && (
        <div className="mt-1 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  )
}
