import { Trans } from '@lingui/react/macro'
import type { Tool } from '@mcp-orchestra/sdk'
import { useState } from 'react'
import { Button } from '../../../kit/index.ts'
import { HiddenNotice, HiddenText } from '../../servers/hidden-text-view.tsx'
import { ToolHints } from '../../servers/tool-hints.tsx'

/** Characters of a description before it is folded. */
const SHOWN_MAX = 600
/** Characters of a description that are ever drawn. */
const DRAWN_MAX = 50_000

/** What a tool is and does, in its server's words, and what the server promises about it. */
export function ToolHeader({ tool }: { tool: Tool }) {
  const [isWhole, setWhole] = useState(false)
  const description = (tool.description ?? '').slice(0, DRAWN_MAX)
  const isFolded = !isWhole && description.length > SHOWN_MAX
  return (
    <header className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lg font-semibold break-all">
          <code>
            <HiddenText text={tool.name} />
          </code>
        </h2>
        {tool.title !== null && tool.title !== tool.name && (
          <span className="text-muted">
            <HiddenText text={tool.title} />
          </span>
        )}
      </div>
      <ToolHints tool={tool} />
      {description !== '' && (
        <p className="max-w-[80ch] whitespace-pre-line text-muted wrap-anywhere">
          <HiddenText text={isFolded ? `${description.slice(0, SHOWN_MAX)}…` : description} />
        </p>
      )}
      {description.length > SHOWN_MAX && (
        <Button size="sm" variant="ghost" className="self-start" onClick={() => setWhole(!isWhole)}>
          {isWhole ? <Trans>Show less</Trans> : <Trans>Show the whole description</Trans>}
        </Button>
      )}
      <HiddenNotice text={`${tool.name}${tool.title ?? ''}${description}`} />
    </header>
  )
}
