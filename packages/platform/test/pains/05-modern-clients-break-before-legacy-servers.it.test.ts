import { afterAll, beforeAll, expect, it } from 'vitest'
import { sdkV1, sdkV2Auto, sdkV2Legacy, sdkV2Modern } from '../clients/sdk-clients.ts'
import { FOUR_CELLS, startFourCells, type FourCells } from './four-cells.ts'

let cells: FourCells
beforeAll(async () => {
  cells = await startFourCells()
})
afterAll(() => cells.close())

const SDKS = { legacy: [sdkV1, sdkV2Legacy], modern: [sdkV2Modern, sdkV2Auto] } as const
const TRIES = FOUR_CELLS.flatMap((cell) =>
  SDKS[cell.client].map((sdk) => ({
    cell,
    sdk,
    name: `${sdk.label}, ${cell.server}, ${cell.endpoint}`,
  })),
)

it.each(TRIES)('$name: lists and calls', async ({ cell, sdk }) => {
  const client = await sdk.connect(cells.target(cell))
  try {
    expect(await client.toolNames()).toContain('test_simple_text')
    expect(await client.call('test_simple_text', {})).toContain('simple text response')
  } finally {
    await client.close()
  }
})
