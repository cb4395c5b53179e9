import type { Server, Tool } from '@mcp-orchestra/sdk'
import { useEffect, useRef } from 'react'
import { Card } from '../../../kit/index.ts'
import type { ToolPrice } from '../../../queries/prices.ts'
import { withoutSecrets } from '../../../schema/index.ts'
import { useStore } from '../../../session/store.ts'
import { CallBar } from '../call/call-bar.tsx'
import { shownCall, type SeenPrice } from '../call/call-record.ts'
import { argsText, calls } from '../call/calls.ts'
import { seenPrice } from '../call/price-of-call.ts'
import { useCallShortcut } from '../call/use-call-shortcut.ts'
import { ArgumentForm } from '../form/argument-form.tsx'
import { useArgumentForm } from '../form/use-argument-form.ts'
import { fetchResultCard } from '../result/ended-call.tsx'
import { BenchNotices } from './bench-notices.tsx'
import { ServerRefusal } from './server-refusal.tsx'
import { ShownCall } from './shown-call.tsx'
import { ToolHeader } from './tool-header.tsx'
import { useToolCall } from './use-tool-call.ts'

/** Rest after typing before the address follows, in milliseconds: browsers limit changes of the address. */
const ADDRESS_AFTER_MS = 400

/** One tool to be tried: its form, its price, the call, and how that ended. */
export default function ToolBench({
  server,
  tool,
  price,
  args,
  onArgs,
}: {
  server: Server
  tool: Tool
  /** Undefined until it is known: no call is made before. */
  price: ToolPrice | undefined
  /** Arguments of the address, as text. */
  args: string | undefined
  onArgs: (args: string) => void
}) {
  const form = useArgumentForm(tool.inputSchema, args)
  const log = useStore(calls)
  const result = useRef<HTMLDivElement>(null)
  const formBox = useRef<HTMLDivElement>(null)
  const { value } = form.state
  const text = argsText(withoutSecrets(form.document, value))
  useEffect(() => {
    const timer = setTimeout(() => onArgs(text), ADDRESS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [text, onArgs])
  useEffect(() => {
    // A chunk that cannot be fetched now is fetched again when it is needed.
    fetchResultCard().catch(() => undefined)
  }, [])

  const onEnded = (): void => result.current?.scrollIntoView({ block: 'nearest' })
  const makeCall = useToolCall({ server, tool, form, onEnded })
  const callFor = (seen: SeenPrice): void => {
    if (price !== undefined && makeCall(seen) === 'faulty') focusFault(formBox.current)
  }
  const call = (): void => callFor(seenPrice(price?.now))
  useCallShortcut(call)
  const shown = shownCall(log)
  const isOurs = shown?.alias === server.alias && shown.tool === tool.name
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <ToolHeader tool={tool} />
      <BenchNotices
        server={server}
        hasSchema={typeof tool.inputSchema === 'object' && tool.inputSchema !== null}
        value={value}
      />
      <Card footer={<CallBar price={price} isRunning={log.running !== undefined} onCall={call} />}>
        <div ref={formBox}>
          <ArgumentForm form={form} />
        </div>
        {isOurs && 'outcome' in shown && <ServerRefusal record={shown} />}
      </Card>
      <div ref={result} aria-live="polite" className="min-w-0">
        <ShownCall
          shown={shown}
          server={server}
          isOurs={isOurs}
          again={(next) => (next === undefined ? call() : callFor(next.accepted))}
          onUse={(used) => form.dispatch({ do: 'replace', value: used })}
        />
      </div>
    </div>
  )
}

/** Leads to the first fault once it is drawn. */
function focusFault(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
}
