import {
  startAuthorizationServer,
  startProtectedServer,
  type AuthorizationServer,
  type ProtectedServer,
} from '@mcp-orchestra/control-plane/upstream-auth-testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConsole, type ConsoleStage } from './console-stage.ts'

let stage: ConsoleStage
let guard: AuthorizationServer
let upstream: ProtectedServer
beforeAll(async () => {
  guard = await startAuthorizationServer()
  upstream = await startProtectedServer(guard, (_request, response) => response.end('{}'))
  stage = await startConsole()
  await stage.operator.hub.registerMCP({
    alias: 'guarded',
    name: 'Guarded',
    transport: { kind: 'http', url: upstream.url },
  })
}, 240_000)
afterAll(async () => {
  await stage.close()
  await upstream.close()
  await guard.close()
})

test('a person connects an account by the console, sees how it does, and disconnects it', async () => {
  const page = await (await stage.newSession()).newPage()
  await page.goto('/connections?server=guarded')
  await page.getByText('Not connected').first().waitFor()
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click()
  await page.getByText('Connected to guarded.').waitFor()
  expect(new URL(page.url()).searchParams.get('outcome')).toBe('connected')
  await page.getByText('tools:read').waitFor()
  expect(guard.tokenGrants).toEqual(['authorization_code'])
  await page.goto('/servers/guarded')
  await page.getByText(guard.issuer).waitFor()
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Not connected').nth(1).waitFor()
  expect(await stage.operator.hub.connections.list()).toEqual([])
})

test('whoever comes back without a session signs in first, and is then connected or told why not', async () => {
  const page = await (await stage.newContext()).newPage()
  await page.goto('/v1/oauth/callback?state=unknown&code=x')
  await page.waitForURL('**/sign-in?next=**')
  const signedIn = await (await stage.newSession()).newPage()
  await signedIn.goto('/v1/oauth/callback?state=unknown&code=x')
  await signedIn.getByText('The account was not connected.').waitFor()
  await signedIn.getByText('hub.connection_attempt_gone').waitFor()
})
