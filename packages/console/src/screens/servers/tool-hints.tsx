import { useLingui } from '@lingui/react/macro'
import type { Tool } from '@mcp-orchestra/sdk'
import { Badge } from '../../kit/index.ts'
import { hintsOf, type HintName } from './hints.ts'

/** What a server promises about a tool, as badges; with `quiet` nothing where it promises nothing. */
export function ToolHints({ tool, quiet = false }: { tool: Tool; quiet?: boolean }) {
  const { t } = useLingui()
  const words: Readonly<Record<HintName, string>> = {
    'reads-only': t`Reads only`,
    'changes-things': t`May change things`,
    destructive: t`May destroy`,
    'not-destructive': t`Destroys nothing`,
    repeatable: t`Safe to repeat`,
    'open-world': t`Reaches the outside world`,
    'closed-world': t`Stays in its own world`,
    unstated: t`No promises about side effects`,
  }
  const hints = hintsOf(tool).filter(({ name }) => !quiet || name !== 'unstated')
  if (hints.length === 0) return null
  return (
    <ul aria-label={t`What the server promises`} className="flex flex-wrap gap-1.5">
      {hints.map(({ name, tone }) => (
        <li key={name}>
          <Badge tone={tone}>{words[name]}</Badge>
        </li>
      ))}
    </ul>
  )
}
