import { Trans, useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { CallTime } from './call-time.tsx'
import type { CallsSearch } from './search.ts'

/** Filters that come from links and charts and have no field: each can be taken off. */
export function CallsChips({
  search,
  onRemove,
}: {
  search: CallsSearch
  onRemove: (...names: (keyof CallsSearch)[]) => void
}) {
  const { t } = useLingui()
  const { tool, from, to } = search
  if (tool === undefined && from === undefined && to === undefined) return null
  return (
    <div className="flex flex-wrap gap-2">
      {tool !== undefined && (
        <Chip label={t`Remove the filter: tool`} onRemove={() => onRemove('tool')}>
          <Trans>
            Tool <code>{tool}</code>
          </Trans>
        </Chip>
      )}
      {from !== undefined && (
        <Chip label={t`Remove the filter: since`} onRemove={() => onRemove('from')}>
          <Trans>Since</Trans> <CallTime value={from} />
        </Chip>
      )}
      {to !== undefined && (
        <Chip label={t`Remove the filter: before`} onRemove={() => onRemove('to')}>
          <Trans>Before</Trans> <CallTime value={to} />
        </Chip>
      )}
    </div>
  )
}

function Chip({
  label,
  onRemove,
  children,
}: {
  label: string
  onRemove: () => void
  children: ReactNode
}) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1 rounded-full border border-line bg-surface ps-3 text-sm">
      <span className="truncate">{children}</span>
      <button
        type="button"
        aria-label={label}
        onClick={onRemove}
        className="grid size-7 shrink-0 place-items-center rounded-full text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
      >
        <X size={14} aria-hidden />
      </button>
    </span>
  )
}
