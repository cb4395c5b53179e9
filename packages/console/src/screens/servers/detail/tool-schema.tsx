import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, CodeBlock, Disclosure } from '../../../kit/index.ts'
import { HiddenText } from '../hidden-text-view.tsx'
import { visibleJson } from '../hidden-text.ts'
import { outlineOf } from './schema-outline.ts'

/** What a tool takes: its arguments at a glance, and the schema as the server wrote it. */
export function ToolSchema({ schema }: { schema: unknown }) {
  const { t } = useLingui()
  const outline = outlineOf(schema)
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">
        <Trans>Arguments</Trans>
      </h3>
      {outline.length === 0 ? (
        <p className="text-muted">
          <Trans>It takes no named arguments.</Trans>
        </p>
      ) : (
        <ul className="divide-y divide-line rounded-md border border-line">
          {outline.map((argument) => (
            <li key={argument.name} className="px-3 py-2">
              <div className="flex flex-wrap items-baseline gap-x-2">
                <code className="font-medium break-all">
                  <HiddenText text={argument.name} />
                </code>
                <span className="text-sm text-muted">{argument.type}</span>
                {argument.required && <Badge>{t`Required`}</Badge>}
              </div>
              {argument.description !== '' && (
                <p className="text-sm text-muted">
                  <HiddenText text={argument.description} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      <Disclosure summary={<Trans>JSON Schema</Trans>}>
        <CodeBlock text={visibleJson(schema)} language="json" label={t`Input schema`} />
      </Disclosure>
    </section>
  )
}
