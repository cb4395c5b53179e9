import { useLingui } from '@lingui/react/macro'
import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { usePaletteEntries, type PaletteEntry } from './palette-entries.ts'
import { useFoundTools, useServerEntries } from './palette-search.ts'

/** Everything by its name: places, actions, servers and tools. */
export default function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    if (!open || element === null) return undefined
    element.showModal()
    return () => element.close()
  }, [open])
  return (
    <dialog
      ref={dialog}
      aria-label={t`Search and commands`}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => event.target === dialog.current && onClose()}
      className="mx-auto mt-[12vh] w-[calc(100vw-2rem)] max-w-xl overflow-hidden rounded-lg border border-line bg-raised shadow-float max-sm:mt-4"
    >
      {open && <Entries onClose={onClose} />}
    </dialog>
  )
}

function Entries({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const { places, actions } = usePaletteEntries()
  const servers = useServerEntries()
  const tools = useFoundTools(text)
  return (
    <Command label={t`Search and commands`} loop filter={rank}>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Search size={16} aria-hidden className="shrink-0 text-muted" />
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder={t`Go to, do, or find a server or a tool`}
          className="h-12 w-full bg-transparent outline-none max-sm:text-lg"
        />
      </div>
      <Command.List
        label={t`Results`}
        className="max-h-[min(26rem,60dvh)] scroll-py-2 overflow-y-auto p-2"
      >
        <Command.Empty className="px-2 py-6 text-center text-muted">
          {t`Nothing is called that.`}
        </Command.Empty>
        <Group title={t`Go to`} entries={places} onClose={onClose} />
        <Group title={t`Do`} entries={actions} onClose={onClose} />
        <Group title={t`Servers`} entries={servers} onClose={onClose} />
        <Group title={t`Tools`} entries={tools} onClose={onClose} />
      </Command.List>
    </Command>
  )
}

/** How well an entry fits what was typed: its name starts so, a word of it does, or it is in it; else not at all. */
function rank(_id: string, text: string, keywords: string[] = []): number {
  const wanted = text.trim().toLowerCase()
  const scores = keywords.map((keyword) => {
    const word = keyword.toLowerCase()
    if (word.startsWith(wanted)) return 1
    if (word.split(/[\s_./-]/).some((part) => part.startsWith(wanted))) return 0.8
    return word.includes(wanted) ? 0.5 : 0
  })
  return Math.max(0, ...scores)
}

function Group({
  title,
  entries,
  onClose,
}: {
  title: string
  entries: readonly PaletteEntry[]
  onClose: () => void
}) {
  if (entries.length === 0) return null
  return (
    <Command.Group
      heading={title}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
    >
      {entries.map(({ id, label, note, icon: IconOf, onSelect }) => (
        <Command.Item
          key={id}
          value={id}
          keywords={note === undefined ? [label] : [label, note]}
          onSelect={() => {
            onClose()
            onSelect()
          }}
          className="flex min-h-(--size-control) items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover"
        >
          <IconOf size={16} aria-hidden className="shrink-0 text-muted" />
          <span className="min-w-0 flex-1 truncate">{label}</span>
          {note !== undefined && <span className="truncate text-sm text-muted">{note}</span>}
        </Command.Item>
      ))}
    </Command.Group>
  )
}
