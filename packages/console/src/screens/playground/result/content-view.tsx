import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { fromPlain } from '../../../schema/index.ts'
import { JsonTree } from './json-tree.tsx'
import { MediaView } from './media-view.tsx'
import type { Part, ReadResult } from './read-result.ts'
import { LinkView, ResourceView } from './resource-view.tsx'
import { TextView } from './text-view.tsx'

/** The parts of a result, one under the other, each as what it is. */
export function ContentView({ result, tool }: { result: ReadResult; tool: string }) {
  const { parts, omitted } = result
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {parts.length === 0 && (
        <p className="text-muted">
          <Trans>The result has no content.</Trans>
        </p>
      )}
      {parts.map((part, index) => (
        <PartView
          key={index}
          part={part}
          name={fileName(tool, index)}
          count={parts.length}
          index={index}
        />
      ))}
      {omitted > 0 && (
        <p className="text-muted">
          <Plural
            value={omitted}
            one="# further part is in the raw frames."
            other="# further parts are in the raw frames."
          />
        </p>
      )}
    </div>
  )
}

function PartView({
  part,
  name,
  count,
  index,
}: {
  part: Part
  name: string
  count: number
  index: number
}) {
  const { t } = useLingui()
  switch (part.kind) {
    case 'text':
      return (
        <TextView
          text={part.text}
          name={name}
          label={count > 1 ? t`Text, part ${index + 1}` : t`Text`}
        />
      )
    case 'image':
    case 'audio':
      return <MediaView kind={part.kind} data={part.data} mimeType={part.mimeType} name={name} />
    case 'link':
      return <LinkView part={part} />
    case 'resource':
      return <ResourceView part={part} name={name} />
    case 'other':
      return <OtherView value={part.value} />
  }
}

function OtherView({ value }: { value: unknown }) {
  const json = fromPlain(value)
  return (
    <div className="min-w-0 rounded-md border border-line bg-sunken p-3 font-mono text-sm">
      <p className="mb-1 font-sans text-muted">
        <Trans>A kind of content that is not known here:</Trans>
      </p>
      {json !== undefined && <JsonTree value={json} />}
    </div>
  )
}

/** A file name made of a tool's name: letters that every file system takes. */
function fileName(tool: string, index: number): string {
  return `${tool.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 60)}-${index + 1}`
}
