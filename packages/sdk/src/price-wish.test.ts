import { expect, test } from 'vitest'
import { json, pretendNetwork } from './mcp/testing.ts'
import { createOrchestra } from './orchestra.ts'

async function sentFor(set: (prices: ReturnType<typeof createOrchestra>['prices']) => unknown) {
  const network = pretendNetwork(() => json({}))
  const baseUrl = 'http://control.test/'
  await set(createOrchestra({ baseUrl, apiKey: 'mcpo_test_x', fetch: network.fetch }).prices)
  const [request] = network.seen
  return { url: request?.url, body: request?.body }
}

test('an amount is a price per call', async () => {
  const sent = await sentFor((prices) => prices.set('srv', 'echo', '0.002'))
  expect(sent.url).toBe('http://control.test/v1/servers/srv/tools/echo/price')
  expect(sent.body).toEqual({ price: { units: '0.002', asset: 'USD' } })
})

test('a metered price says exactly what a token costs, and the most that a call costs', async () => {
  const tiers = {
    meter: 'request' as const,
    price: { form: 'package' as const, size: '10', amount: '5' },
  }
  const { body } = await sentFor((prices) =>
    prices.set('srv', '*', {
      perInputToken: '0.000003',
      perOutputToken: '0.000000000000000001',
      components: [tiers],
      maximum: '0.5',
      tokenizer: 'o200k_base',
    }),
  )
  expect(body).toEqual({
    metered: {
      components: [
        { meter: 'input_token', price: { form: 'unit', rate: { amount: '3000000000000' } } },
        { meter: 'output_token', price: { form: 'unit', rate: { amount: '1' } } },
        tiers,
      ],
      maximum: { units: '0.5', asset: 'USD' },
      tokenizer: 'o200k_base',
    },
  })
})

test('what is no amount is refused before anything is sent', async () => {
  const wish = { perInputToken: '3e-6', maximum: '1' }
  await expect(sentFor((prices) => prices.set('srv', 'echo', wish))).rejects.toThrow(RangeError)
})
