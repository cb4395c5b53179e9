import { expect, test } from 'vitest'
import { clientConfig } from './client-config.ts'
import { startScreen, type StartFacts } from './start-screen.ts'
import { createStyle } from './style.ts'

const FACTS: StartFacts = {
  version: '0.1.0',
  startedInMs: 7_345,
  controlPlaneUrl: 'http://127.0.0.1:7300',
  gatewayUrl: 'http://127.0.0.1:7301',
  dataDir: '.orchestra',
  isNew: true,
  gateways: 1,
  signInLink: 'http://127.0.0.1:7300/welcome?token=t',
  operatorKey: 'mcpo_live_operator',
  caller: {
    apiKey: 'mcpo_live_payer',
    file: '.orchestra/secrets/demo-payer-key',
    title: 'Demo key',
  },
  demo: { balance: '10 USD', servers: ['everything', 'memory'] },
}

test('the first start shows every address, the link, both keys and what to paste', () => {
  const screen = startScreen(FACTS, createStyle(false))
  for (const part of [
    'ready in 7.3 s',
    'http://127.0.0.1:7300/reference',
    'http://127.0.0.1:7301/s/<server>/mcp',
    '/welcome?token=t',
    'mcpo_live_operator',
    'mcpo_live_payer',
    'curl -s http://127.0.0.1:7301/mcp',
    '"mcpServers"',
    '.orchestra',
  ]) {
    expect(screen).toContain(part)
  }
  expect(screen).not.toContain('\u001B')
})

test('the console comes first: it is what a person opens', () => {
  const lines = startScreen(FACTS, createStyle(false)).split('\n')
  const first = lines.find((line) => line.includes('http://'))
  expect(first).toMatch(/^ {2}Console +http:\/\/127\.0\.0\.1:7300\/ /)
})

test('a later start shows where the keys are, and no key', () => {
  const screen = startScreen({ ...FACTS, isNew: false, signInLink: undefined }, createStyle(false))
  expect(screen).not.toContain('mcpo_live_')
  expect(screen).toContain('.orchestra/secrets/operator-key')
  expect(screen).toContain('.orchestra/client-config.json')
})

test('a data directory elsewhere is named in the commands to try', () => {
  const screen = startScreen({ ...FACTS, dataDir: '/var/o' }, createStyle(false))
  expect(screen).toContain('orchestra -- --data-dir /var/o status')
})

test('colours are for terminals', () => {
  expect(startScreen(FACTS, createStyle(true))).toContain('\u001B[')
})

test('the client configuration is JSON with address and key', () => {
  expect(JSON.parse(clientConfig('http://g', 'k'))).toEqual({
    mcpServers: {
      orchestra: { type: 'http', url: 'http://g/mcp', headers: { Authorization: 'Bearer k' } },
    },
  })
})
