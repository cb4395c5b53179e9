import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { requireTool } from '../../tools/require-tool.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

async function bench(...args: string[]): Promise<{ code: number; errors: string }> {
  const child = spawn(process.execPath, [MAIN, '--quick', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { code: Number(code), errors }
}

const SHORT = ['--subjects', 'free', '--clients', '4', '--rounds', '1', '--window', '0.2']

test('one failed call among thousands ends the bench with 1 and a sentence', async (context) => {
  requireTool(context, 'wrk')
  const { code, errors } = await bench(...SHORT, '--fail-call', '40')
  expect(code).toBe(1)
  expect(errors).toMatch(/MCP-Orchestra, free tool, \d+ clients: 1 of \d+ replies were wrong/)
  expect(errors).toContain('told to fail')
})

test('without a failed call the same bench ends with 0', async (context) => {
  requireTool(context, 'wrk')
  expect(await bench(...SHORT)).toEqual({ code: 0, errors: '' })
})

test('options that make no sense are refused before anything is started', async () => {
  const { code, errors } = await bench('--subjects', 'apache')
  expect(code).toBe(1)
  expect(errors).toContain('"apache" is none of')
})
