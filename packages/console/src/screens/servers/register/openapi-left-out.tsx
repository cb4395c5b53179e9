import { Plural } from '@lingui/react/macro'
import type { OpenApiPreview } from '@mcp-orchestra/sdk'
import { Disclosure } from '../../../kit/index.ts'

/** Reasons that are shown at once; more are not read. */
const SHOWN_MAX = 200

/** What of a document cannot be a tool, each with why. */
export function OpenApiLeftOut({ leftOut }: { leftOut: OpenApiPreview['leftOut'] }) {
  return (
    <Disclosure
      summary={
        <Plural
          value={leftOut.length}
          one="# operation cannot be a tool"
          other="# operations cannot be tools"
        />
      }
    >
      <ul className="flex flex-col gap-2 text-sm">
        {leftOut.slice(0, SHOWN_MAX).map(({ operation, method, path, reason }) => (
          <li key={`${method} ${path} ${operation}`}>
            <code className="break-all">
              {method} {path}
            </code>
            <div className="text-muted" lang="en">
              {reason}
            </div>
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}
