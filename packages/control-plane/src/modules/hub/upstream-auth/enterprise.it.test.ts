import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import {
  startEnterprise,
  startProtectedServer,
  type Enterprise,
  type ProtectedServer,
} from './testing/index.ts'

let plane: TestControlPlane
let enterprise: Enterprise
let upstream: ProtectedServer
let organization: { readonly id: string; readonly key: string }
let server: { readonly id: string }
let made = 0
beforeAll(async () => {
  plane = await startTestControlPlane()
  enterprise = await startEnterprise()
  upstream = await startProtectedServer(enterprise.guard, (_request, response) =>
    response.end('{}'),
  )
  organization = await plane.foundOrganization('Enterprise')
})
afterAll(async () => {
  await upstream.close()
  await enterprise.close()
  await plane.stop()
})
beforeEach(async () => {
  made += 1
  enterprise.barred.clear()
  const changed = await plane.json(201, 'POST', '/v1/servers', {
    body: {
      alias: `managed-${made}`,
      transport: { kind: 'http', url: upstream.url },
      organizationId: organization.id,
    },
  })
  server = changed['server'] as { id: string }
  const { upstreamAuth } = enterprise
  await plane.json(200, 'PATCH', `/v1/servers/${server.id}`, { body: { upstreamAuth } })
})

/** Connects the account of the organization, which its key may; tests of members are in `upstream-auth.it.test.ts`. */
function connect(status: number, idToken?: string): Promise<JsonObject> {
  return plane.json(status, 'POST', `/v1/servers/${server.id}/connection`, {
    key: organization.key,
    body: { holder: 'organization', ...(idToken === undefined ? {} : { idToken }) },
  })
}

function credentials(refused: JsonObject | null = null): Promise<JsonObject> {
  return plane.json(200, 'POST', '/internal/credentials', {
    key: plane.secrets.gateways[0]?.secret ?? '',
    body: {
      serverId: server.id,
      organizationId: organization.id,
      memberId: null,
      refused,
    },
  })
}

test('a sign-in at a real identity provider becomes a token that is good at the server, and nobody is asked', async () => {
  const idToken = await enterprise.signIn('ada')
  const started = await connect(201, idToken)
  expect(started).toMatchObject({
    authorizationUrl: null,
    connection: { state: 'connected', issuer: enterprise.guard.issuer, renews: false },
  })
  const { accessToken } = await credentials()
  expect(await enterprise.guard.scopesOf(String(accessToken), upstream.url)).toEqual(['tools:read'])
})

test('the ID token is kept nowhere, is in no answer, and is not shown to the server', async () => {
  const idToken = await enterprise.signIn('ada')
  const said = JSON.stringify([await connect(201, idToken), await credentials()])
  const [, , signature = ''] = idToken.split('.')
  expect(signature.length).toBeGreaterThan(40)
  expect(said).not.toContain(signature)
  expect(upstream.seen.join()).not.toContain(signature)
  const { rows: tables } = await plane.database.query<{ name: string }>({
    text: `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
           where table_schema in ('hub', 'snapshot', 'audit', 'identity') and table_type = 'BASE TABLE'`,
  })
  for (const { name } of tables) {
    const { rows } = await plane.database.query<{ row: string }>({
      text: `select row_to_json(t)::text as row from ${name} t`,
    })
    expect(rows.map(({ row }) => row).join()).not.toContain(signature)
  }
})

test('the audit trail says who connected by whose authority, and nothing of the token', async () => {
  await connect(201, await enterprise.signIn('ada'))
  const { rows } = await plane.database.query<{ action: string; detail: unknown }>({
    text: `select action, detail from audit.entries where target = $1 and action like 'connection.%'`,
    values: [server.id],
  })
  expect(rows).toEqual([
    {
      action: 'connection.made',
      detail: {
        holder: organization.id,
        issuer: enterprise.guard.issuer,
        identityProvider: new URL(enterprise.upstreamAuth.idpTokenEndpoint).origin,
      },
    },
  ])
})

test('without an ID token it says what is missing', async () => {
  expect(await connect(422)).toMatchObject({ code: 'hub.connection_id_token_needed' })
})

test('whom the identity provider refuses is told so, for good, and is connected to nothing', async () => {
  const idToken = await enterprise.signIn('eve')
  enterprise.barred.add('eve')
  expect(await connect(422, idToken)).toMatchObject({
    code: 'hub.connection_refused',
    retryable: false,
    detail: 'The identity provider does not exchange the ID token.',
  })
  expect(await connect(422, 'not.a.token')).toMatchObject({ code: 'hub.connection_refused' })
  expect(await credentials()).toMatchObject({ reason: 'not_connected' })
})

test('when the token is over, a new sign-in is asked for; the old one is not used again', async () => {
  const idToken = await enterprise.signIn('ada')
  await connect(201, idToken)
  const { generation } = await credentials()
  const refused = { generation, status: 401, challenge: null }
  enterprise.guard.tokenGrants.length = 0
  expect(await credentials(refused)).toMatchObject({
    kind: 'authorization_required',
    reason: 'expired',
  })
  expect(enterprise.guard.tokenGrants).toEqual([])
  await connect(201, await enterprise.signIn('ada'))
  expect(await credentials()).toMatchObject({ kind: 'token' })
})
