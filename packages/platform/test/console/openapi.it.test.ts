import { afterAll, beforeAll, expect, test } from 'vitest'
import { API_KEY, startRestApi, type RestApi } from '../openapi/rest-api.ts'
import { startConsole, type ConsoleStage } from './console-stage.ts'

let stage: ConsoleStage
let api: RestApi
beforeAll(async () => {
  stage = await startConsole()
  api = await startRestApi()
}, 240_000)
afterAll(async () => {
  await stage.close()
  await api.close()
})

test('a REST API is pasted on a phone, looked at, chosen from and registered, and offers what was chosen only', async () => {
  const context = await stage.newSession({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto('/servers?dialog=register')
  await page.getByRole('tab', { name: 'REST API (OpenAPI)' }).click()
  await page.getByRole('tab', { name: 'Text or file' }).click()
  await page.getByLabel('OpenAPI document', { exact: true }).fill(JSON.stringify(api.document))
  await page.getByRole('button', { name: 'Show its operations' }).click()
  await page.getByText('9 of 9 offered').waitFor()
  const lacking = page.getByText(/operations? wants? a credential: key/)
  expect(await lacking.count()).toBe(1)
  await page.getByRole('button', { name: 'None' }).click()
  await page.getByRole('checkbox', { name: 'getPet' }).check()
  await page.getByRole('checkbox', { name: 'listPets' }).check()
  await page.getByText('2 of 9 offered').waitFor()
  await page.getByLabel('Credential for key').fill(API_KEY)
  await lacking.waitFor({ state: 'detached' })
  await page.getByLabel(/^Alias/).fill('pets')
  await page.getByRole('button', { name: 'Register', exact: true }).click()
  await page.waitForURL(/\/servers\/srv_/)
  expect((await stage.operator.hub.getServer('pets')).transport).toMatchObject({
    kind: 'openapi',
    baseUrl: `${api.url}/v1`,
    allow: expect.toSatisfy((allow: string[]) => allow.toSorted().join() === 'getPet,listPets'),
    credentials: { key: '[redacted]' },
  })
  await page.getByRole('tab', { name: 'Tools' }).click()
  await page.getByText('2 tools').waitFor()
  await page.getByText('getPet').first().waitFor()
  expect(context.findings).toEqual({ policyBreaches: [], errors: [], strangers: [] })
  await context.close()
})
