import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMemo, useState } from 'react'
import { ProblemNotice, SearchInput, Skeleton } from '../../../kit/index.ts'
import { findTools, type ToolRow } from '../../servers/detail/tool-row.ts'
import { ToolList } from './tool-list.tsx'

/** The tools of a server to choose from: searched by words, moved through by arrows. */
export function ToolPicker({
  rows,
  chosen,
  isLoading,
  problem,
  retry,
  onChoose,
}: {
  rows: readonly ToolRow[]
  chosen: string | undefined
  isLoading: boolean
  problem: unknown
  retry: () => void
  onChoose: (tool: string) => void
}) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const [active, setActive] = useState<number>()
  const found = useMemo(() => findTools(rows, text), [rows, text])
  if (problem !== null && problem !== undefined && rows.length === 0) {
    return <ProblemNotice problem={problem} retry={retry} />
  }
  if (isLoading) return <Skeleton lines={8} />
  const at = active ?? found.findIndex(({ name }) => name === chosen)
  const move = (event: React.KeyboardEvent): void => {
    const next = nextIndex(event.key, at, found.length)
    const row = event.key === 'Enter' ? found[at] : undefined
    if (row !== undefined) onChoose(row.name)
    if (next === undefined && row === undefined) return
    event.preventDefault()
    if (next !== undefined) setActive(next)
  }
  return (
    <div className="group/picker flex min-h-0 min-w-0 flex-col gap-2">
      <SearchInput
        label={t`Find a tool`}
        value={text}
        onValue={(typed) => {
          setText(typed)
          setActive(undefined)
        }}
        onKeyDown={move}
        role="combobox"
        aria-expanded
        aria-controls="playground-tools"
        aria-activedescendant={at >= 0 && at < found.length ? `playground-tool-${at}` : undefined}
      />
      <p role="status" className="text-sm text-muted">
        {found.length === rows.length ? (
          <Plural value={rows.length} one="# tool" other="# tools" />
        ) : (
          <Trans>
            {found.length} of {rows.length} tools
          </Trans>
        )}
      </p>
      <ToolList rows={found} chosen={chosen} active={at} onChoose={onChoose} onKeyDown={move} />
    </div>
  )
}

function nextIndex(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined
  if (key === 'ArrowDown') return Math.min(at + 1, count - 1)
  if (key === 'ArrowUp') return Math.max(at - 1, 0)
  if (key === 'PageDown') return Math.min(at + PAGE, count - 1)
  if (key === 'PageUp') return Math.max(at - PAGE, 0)
  return undefined
}

/** Tools that a page key passes. */
const PAGE = 10
