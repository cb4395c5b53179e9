import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createV2, textOf } from '../clients/sdk-clients.ts'
import { FOUR_CELLS, startFourCells, type FourCells } from './four-cells.ts'

let cells: FourCells
beforeAll(async () => {
  cells = await startFourCells()
})
afterAll(() => cells.close())

describe.each(FOUR_CELLS)('$client client, $server server, $endpoint', (cell) => {
  it('a form, a completion and the roots are asked for and answered', async () => {
    const capabilities = { sampling: {}, elicitation: {}, roots: {} }
    const { client, transport } = createV2(cell.client, cells.target(cell), capabilities)
    client.setRequestHandler('sampling/createMessage', () => ({
      role: 'assistant',
      model: 'test-model',
      content: { type: 'text', text: 'sampled' },
    }))
    client.setRequestHandler('elicitation/create', () => ({
      action: 'accept',
      content: { username: 'ada', email: 'ada@example.test' },
    }))
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///a-root' }] }))
    await client.connect(transport)
    const call = async (name: string, args: Record<string, unknown> = {}) =>
      textOf((await client.callTool({ name, arguments: args })).content)
    try {
      expect(await call('test_elicitation', { message: 'who?' })).toContain('ada@example.test')
      expect(await call('test_sampling', { prompt: 'hello' })).toContain('sampled')
      expect(await call('test_list_roots')).toContain('file:///a-root')
    } finally {
      await client.close()
    }
  })

  it('a client that cannot be asked is not said to be able to: the server says what it lacks', async () => {
    const { client, transport } = createV2(cell.client, cells.target(cell))
    await client.connect(transport)
    try {
      const said = await client
        .callTool({ name: 'test_missing_capability', arguments: {} })
        .then(({ content, isError }) => `${String(isError)} ${textOf(content)}`, String)
      expect(said).toMatch(/capabilit/i)
    } finally {
      await client.close()
    }
  })
})
