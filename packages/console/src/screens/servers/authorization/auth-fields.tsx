import { Trans, useLingui } from '@lingui/react/macro'
import { CodeBlock, Field, RadioGroup, Select, TextArea } from '../../../kit/index.ts'
import { ALGORITHMS } from './auth-draft.ts'
import { AuthField } from './auth-field.tsx'
import type { AuthForm } from './auth-form.ts'

/** What belongs to the chosen way to tokens. */
export function AuthFields({ form, redirectUri }: { form: AuthForm; redirectUri: string }) {
  const { t } = useLingui()
  const { kind } = form.draft
  if (kind === 'none') return null
  return (
    <>
      {kind === 'oauth' && <PeopleFields form={form} redirectUri={redirectUri} />}
      {kind === 'client_credentials' && <MachineFields form={form} />}
      {kind === 'enterprise' && <EnterpriseFields form={form} />}
      <AuthField
        form={form}
        name="scopes"
        label={t`Scopes`}
        hint={t`Words with spaces between. Empty: what the server asks for.`}
        placeholder="tools:read tools:write"
        optional
      />
      <AuthField
        form={form}
        name="issuer"
        label={t`Authorization server`}
        hint={t`The client is used there only. Empty: the one that the server names, from its first use on.`}
        placeholder="https://login.example.com"
        optional
      />
    </>
  )
}

function PeopleFields({ form, redirectUri }: { form: AuthForm; redirectUri: string }) {
  const { t } = useLingui()
  return (
    <>
      <AuthField
        form={form}
        name="clientId"
        label={t`Client ID`}
        hint={t`Only for authorization servers where a client must be registered by hand; others know this platform without.`}
        optional
      />
      {form.draft.clientId.trim() !== '' && (
        <>
          <SecretField form={form} optional />
          <CodeBlock text={redirectUri} label={t`Redirect URI to register there`} wrap />
        </>
      )}
    </>
  )
}

function MachineFields({ form }: { form: AuthForm }) {
  const { t } = useLingui()
  const { proof, algorithm, privateKey } = form.draft
  return (
    <>
      <AuthField form={form} name="clientId" label={t`Client ID`} />
      <RadioGroup
        legend={<Trans>How the client proves itself</Trans>}
        value={proof}
        onValue={(next) => form.set({ proof: next })}
        options={[
          { value: 'secret', label: t`With a secret` },
          { value: 'key', label: t`With a private key` },
        ]}
      />
      {proof === 'secret' ? (
        <SecretField form={form} />
      ) : (
        <>
          <Field
            label={t`Private key`}
            hint={t`PKCS #8, PEM. Sealed and never shown again.`}
            error={form.errorOf('privateKey')}
            required
          >
            {(control) => (
              <TextArea
                {...control}
                mono
                rows={4}
                spellCheck={false}
                placeholder="-----BEGIN PRIVATE KEY-----"
                value={privateKey}
                onChange={(event) => form.set({ privateKey: event.target.value })}
                onBlur={() => form.touch('privateKey')}
              />
            )}
          </Field>
          <Field label={t`Signature`}>
            {(control) => (
              <Select
                {...control}
                value={algorithm}
                onValue={(next) => form.set({ algorithm: next })}
                options={ALGORITHMS.map((value) => ({ value, label: value }))}
              />
            )}
          </Field>
        </>
      )}
    </>
  )
}

function EnterpriseFields({ form }: { form: AuthForm }) {
  const { t } = useLingui()
  return (
    <>
      <AuthField form={form} name="clientId" label={t`Client ID`} />
      <SecretField form={form} />
      <AuthField
        form={form}
        name="idpTokenEndpoint"
        label={t`Token endpoint of the identity provider`}
        placeholder="https://idp.example.com/oauth/token"
      />
      <AuthField form={form} name="idpClientId" label={t`Client ID at the identity provider`} />
      <AuthField
        form={form}
        name="idpClientSecret"
        label={t`Client secret at the identity provider`}
        hint={t`Sealed and never shown again.`}
        secret
        optional
      />
    </>
  )
}

function SecretField({ form, optional = false }: { form: AuthForm; optional?: boolean }) {
  const { t } = useLingui()
  return (
    <AuthField
      form={form}
      name="clientSecret"
      label={t`Client secret`}
      hint={t`Sealed and never shown again.`}
      secret
      optional={optional}
    />
  )
}
