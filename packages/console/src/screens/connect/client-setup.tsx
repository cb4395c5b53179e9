import { Trans, useLingui } from '@lingui/react/macro'
import type { ClientConfig } from '@mcp-orchestra/sdk'
import { ExternalLink } from 'lucide-react'
import { buttonLook, CodeBlock } from '../../kit/index.ts'

/** How one client is connected: a command to run, a link to open, or a text to put into a file. */
export function ClientSetup({ config, hasKey }: { config: ClientConfig; hasKey: boolean }) {
  const { t } = useLingui()
  return (
    <div className="flex flex-col gap-4">
      {config.link !== undefined && (
        <InstallLink config={config} link={config.link} hasKey={hasKey} />
      )}
      {config.kind === 'command' && (
        <p className="text-muted">
          <Trans>Run this in a terminal:</Trans>
        </p>
      )}
      {config.path !== undefined && <FilePlaces config={config} path={config.path} />}
      <CodeBlock
        text={config.text}
        language={config.language}
        label={config.kind === 'command' ? t`Command` : t`Configuration`}
        wrap
      />
    </div>
  )
}

function InstallLink({
  config: { title },
  link,
  hasKey,
}: {
  config: ClientConfig
  link: string
  hasKey: boolean
}) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      <a href={link} className={buttonLook('primary')}>
        <ExternalLink size={16} aria-hidden />
        <Trans>Add to {title}</Trans>
      </a>
      <p className="text-muted">
        {hasKey ? (
          <Trans>One click; {title} asks before it changes anything.</Trans>
        ) : (
          <Trans>Create a key first, or replace the placeholder in {title} afterwards.</Trans>
        )}
      </p>
    </div>
  )
}

function FilePlaces({ config, path }: { config: ClientConfig; path: string }) {
  const others = config.otherPaths ?? []
  return (
    <div className="flex flex-col gap-1">
      <p className="text-muted">
        {config.link === undefined ? (
          <Trans>Put this into the file, beside what is there:</Trans>
        ) : (
          <Trans>Or put this into the file, beside what is there:</Trans>
        )}
      </p>
      <ul className="flex flex-col gap-0.5">
        <li>
          {others.length > 0 && <span className="inline-block w-20 text-sm text-muted">macOS</span>}
          <code className="break-all">{path}</code>
        </li>
        {others.map((other) => (
          <li key={other.system}>
            <span className="inline-block w-20 text-sm text-muted">{other.system}</span>
            <code className="break-all">{other.path}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}
