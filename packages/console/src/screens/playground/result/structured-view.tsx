import { Trans, useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'
import { CopyButton } from '../../../kit/index.ts'
import { fromPlain, parseJson, valueAt, writeJson, type Json } from '../../../schema/index.ts'
import { JsonTree } from './json-tree.tsx'

/** `structuredContent` as a tree, read from the frame so that its numbers keep their digits. */
export function StructuredView({
  structured,
  frame,
}: {
  structured: unknown
  frame: string | undefined
}) {
  const { t } = useLingui()
  const json = useMemo(() => exact(frame) ?? fromPlain(structured), [frame, structured])
  if (json === undefined) {
    return (
      <p className="text-muted">
        <Trans>Nested too deeply to be shown as a tree; see the raw frames.</Trans>
      </p>
    )
  }
  return (
    <div className="relative min-w-0 rounded-md border border-line bg-sunken p-3 pe-10 font-mono text-sm">
      <span className="absolute end-1 top-1">
        <CopyButton text={writeJson(json)} label={t`Copy as JSON`} />
      </span>
      <JsonTree value={json} />
    </div>
  )
}

function exact(frame: string | undefined): Json | undefined {
  if (frame === undefined) return undefined
  const parsed = parseJson(frame)
  return parsed.ok ? valueAt(parsed.value, ['result', 'structuredContent']) : undefined
}
