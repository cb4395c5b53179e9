import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Server } from '@mcp-orchestra/sdk'
import { Disclosure, KeyValue } from '../../../kit/index.ts'

/** How a server is reached, for who may change it: names of secrets, never their values. */
export function TransportFacts({ transport }: { transport: Server['transport'] }) {
  const { t } = useLingui()
  if (transport === null) {
    return (
      <p className="text-muted">
        <Trans>Only its owner sees this.</Trans>
      </p>
    )
  }
  if (transport.kind === 'http') {
    return (
      <KeyValue
        items={[
          { label: t`Transport`, value: <Trans>HTTP</Trans> },
          { label: t`Address`, value: <Code text={transport.url} /> },
          { label: t`Headers`, value: <SecretNames names={Object.keys(transport.headers)} /> },
        ]}
      />
    )
  }
  if (transport.kind === 'openapi') {
    return (
      <KeyValue
        items={[
          { label: t`Transport`, value: <Trans>REST API (OpenAPI)</Trans> },
          { label: t`Address of the API`, value: <Code text={transport.baseUrl} /> },
          ...(transport.documentUrl === undefined
            ? []
            : [{ label: t`Document`, value: <Code text={transport.documentUrl} /> }]),
          {
            label: t`Credentials`,
            value: <SecretNames names={Object.keys(transport.credentials)} />,
          },
          { label: t`Headers`, value: <SecretNames names={Object.keys(transport.headers)} /> },
          {
            label: t`Operations`,
            value: (
              <Disclosure
                summary={
                  <Plural value={transport.allow.length} one="# offered" other="# offered" />
                }
              >
                <ul className="flex flex-col gap-0.5">
                  {transport.allow.map((operation) => (
                    <li key={operation}>
                      <Code text={operation} />
                    </li>
                  ))}
                </ul>
              </Disclosure>
            ),
          },
        ]}
      />
    )
  }
  return (
    <KeyValue
      items={[
        { label: t`Transport`, value: <Trans>A process (stdio)</Trans> },
        { label: t`Program`, value: <Code text={transport.command} /> },
        {
          label: t`Arguments`,
          value:
            transport.args.length === 0 ? (
              <Trans>None</Trans>
            ) : (
              transport.args.map((argument, index) => (
                <div key={index}>
                  <Code text={argument} />
                </div>
              ))
            ),
        },
        ...(transport.cwd === undefined
          ? []
          : [{ label: t`Directory`, value: <Code text={transport.cwd} /> }]),
        { label: t`Environment`, value: <SecretNames names={Object.keys(transport.env)} /> },
      ]}
    />
  )
}

function Code({ text }: { text: string }) {
  return <code className="break-all">{text}</code>
}

function SecretNames({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <Trans>None</Trans>
  return (
    <ul className="flex flex-col gap-0.5">
      {names.map((name) => (
        <li key={name}>
          <code className="break-all">{name}</code>{' '}
          <span className="text-sm text-muted">
            <Trans>secret, not shown</Trans>
          </span>
        </li>
      ))}
    </ul>
  )
}
