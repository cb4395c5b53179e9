import type { Server } from '@mcp-orchestra/sdk'
import { OrchestraProblem } from '@mcp-orchestra/sdk'
import { expect, test } from 'vitest'
import { apiFaults } from '../register/api-faults.ts'
import { faultsOf } from '../register/draft-faults.ts'
import { changeOf, draftOf } from './server-change.ts'

const server: Server = {
  id: 'srv_1',
  alias: 'weather',
  name: 'Weather',
  organizationId: 'org_1',
  endpoint: 'http://127.0.0.1:1/s/weather/mcp',
  enabled: true,
  status: 'active',
  era: 'legacy',
  protocol: 'MCP-v1',
  revision: '2025-11-25',
  visibility: 'organization',
  transport: {
    kind: 'http',
    url: 'https://mcp.example.com/mcp',
    headers: { Authorization: '[redacted]', 'X-Team': '[redacted]' },
  },
  limits: { callTimeoutMs: 1_500, resultBytesMax: 1_500, concurrentCallsMax: 8 },
  announcePrices: true,
  upstreamAuth: null,
  chargeToolErrors: false,
  createdAt: '2026-01-01T00:00:00.000Z',
}
const start = draftOf(server)

test('a form that nobody touched has no faults and changes nothing, whatever was rounded for it', () => {
  expect(faultsOf(start)).toEqual({})
  expect(changeOf(start, start)).toEqual({})
  expect(start).toMatchObject({ callTimeoutSeconds: '2', resultMebibytes: '1', era: 'MCP-v1' })
  expect(JSON.stringify(start)).not.toContain('redacted')
  const stdio: Server['transport'] = {
    kind: 'stdio',
    command: 'node',
    args: ['a b', '-x'],
    env: { TOKEN: '[redacted]' },
    cwd: '/srv',
  }
  const program = draftOf({ ...server, transport: stdio })
  expect(faultsOf(program)).toEqual({})
  expect(changeOf(program, program)).toEqual({})
  expect(changeOf(program, { ...program, cwd: '' }).transport).toEqual({
    kind: 'stdio',
    command: 'node',
    args: ['a b', '-x'],
    env: { TOKEN: null },
  })
})

test('only what was changed is sent', () => {
  const draft = {
    ...start,
    name: ' Sun ',
    era: 'auto' as const,
    concurrentCallsMax: '9',
    announcePrices: false,
  }
  expect(changeOf(start, draft)).toEqual({
    name: 'Sun',
    protocol: 'auto',
    limits: { concurrentCallsMax: 9 },
    announcePrices: false,
  })
})

test('a secret that was not typed again is kept, one that was is sent, one that was taken out is not', () => {
  const [authorization] = start.headers
  const headers = [{ ...authorization, name: 'Authorization', value: 'Bearer new' }]
  expect(changeOf(start, { ...start, headers }).transport).toEqual({
    kind: 'http',
    url: 'https://mcp.example.com/mcp',
    headers: { Authorization: 'Bearer new' },
  })
  const moved = changeOf(start, { ...start, url: 'https://mcp.example.com/v2' })
  expect(moved.transport).toEqual({
    kind: 'http',
    url: 'https://mcp.example.com/v2',
    headers: { Authorization: null, 'X-Team': null },
  })
})

test('a secret that the API does not keep is asked for beside its name', () => {
  const problem = new OrchestraProblem({
    code: 'hub.secret_needed',
    status: 422,
    title: 'Give it again.',
    retryable: false,
    members: { names: ['X-Team'] },
  })
  expect(apiFaults(problem, start)).toEqual({
    fields: {},
    faults: { 'headers.1': 'secret_needed' },
    placed: true,
  })
})
