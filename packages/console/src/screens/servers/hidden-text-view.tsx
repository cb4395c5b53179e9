import { Trans } from '@lingui/react/macro'
import { Notice } from '../../kit/index.ts'
import { countHidden, splitHidden } from './hidden-text.ts'

/** A text of a server with every character that a reader would not see named in its place. */
export function HiddenText({ text }: { text: string }) {
  return splitHidden(text).map((run, index) =>
    run.hidden === undefined ? (
      run.text
    ) : (
      <mark
        key={index}
        className="mx-0.5 rounded-sm bg-warn-soft px-1 font-mono text-xs text-warn"
        dir="ltr"
      >
        {run.hidden}
      </mark>
    ),
  )
}

/** Says that a text hides something; nothing when it does not. */
export function HiddenNotice({ text }: { text: string }) {
  const count = countHidden(text)
  if (count === 0) return null
  return (
    <Notice tone="warn" title={<Trans>{count} hidden characters in this text</Trans>}>
      <Trans>
        A model reads them, a person does not. They are named in place; distrust a server that hides
        words.
      </Trans>
    </Notice>
  )
}
