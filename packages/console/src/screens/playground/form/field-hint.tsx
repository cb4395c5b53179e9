import { Trans } from '@lingui/react/macro'
import { labelOf, type Field, type SchemaNote } from '../../../schema/index.ts'
import { HiddenText } from '../../servers/hidden-text-view.tsx'

/** Characters of a description that are shown: a hostile one is a megabyte. */
const DESCRIPTION_MAX = 1_200
/** Characters of a default or an example in a line. */
const VALUE_MAX = 80

/** What the schema says about a field; undefined when it says nothing. */
export function fieldHint(field: Field): React.ReactNode {
  const { description, fallback, examples, bounds, header, notes } = field
  const hasFacts = fallback !== undefined || examples.length > 0 || bounds.length > 0
  if (description === undefined && !hasFacts && header === undefined && notes.length === 0) {
    return undefined
  }
  return (
    <span className="flex max-w-[80ch] flex-col gap-0.5">
      {description !== undefined && (
        <span className="whitespace-pre-line">
          <HiddenText text={cut(description, DESCRIPTION_MAX)} />
        </span>
      )}
      {hasFacts && <Facts field={field} />}
      {header !== undefined && (
        <span>
          <Trans>
            Mirrored in the header <code>Mcp-Param-{cut(header, VALUE_MAX)}</code>
          </Trans>
        </span>
      )}
      {notes.length > 0 && <Notes notes={notes} />}
    </span>
  )
}

function Facts({ field: { fallback, examples, bounds } }: { field: Field }) {
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-0.5 text-faint">
      {fallback !== undefined && (
        <span>
          <Trans>
            Default <code>{cut(labelOf(fallback), VALUE_MAX)}</code>
          </Trans>
        </span>
      )}
      {examples.length > 0 && (
        <span>
          <Trans>
            Such as{' '}
            <code>{examples.map((value) => cut(labelOf(value), VALUE_MAX)).join(' · ')}</code>
          </Trans>
        </span>
      )}
      {bounds.map(({ keyword, value }) => (
        <code key={`${keyword}${value}`} className="break-all">
          {keyword} {cut(value, VALUE_MAX)}
        </code>
      ))}
    </span>
  )
}

function Notes({ notes }: { notes: readonly SchemaNote[] }) {
  const names = notes.map(({ keyword, text }) =>
    text === undefined ? keyword : `${keyword} ${cut(text, VALUE_MAX)}`,
  )
  return (
    <span className="text-faint">
      <Trans>
        Not checked here: <code className="break-all">{[...new Set(names)].join(', ')}</code>
      </Trans>
    </span>
  )
}

/** A text that is shown in part. */
export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text
}
