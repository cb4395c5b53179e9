import { Trans } from '@lingui/react/macro'
import { HiddenText } from '../../servers/hidden-text-view.tsx'

/** What the server said while the call ran, in order. */
export function MessagesView({ messages }: { messages: readonly string[] }) {
  if (messages.length === 0) {
    return (
      <p className="text-muted">
        <Trans>The server said nothing while the call ran.</Trans>
      </p>
    )
  }
  return (
    <ol className="flex max-h-[60vh] min-w-0 flex-col gap-1 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-sm">
      {messages.map((message, index) => (
        <li key={index} className="wrap-anywhere">
          <HiddenText text={message} />
        </li>
      ))}
    </ol>
  )
}
