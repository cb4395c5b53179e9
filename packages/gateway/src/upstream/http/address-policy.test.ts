import { expect, it } from 'vitest'
import { sampleServer } from '../../snapshot/testing.ts'
import { allowByReach } from './address-policy.ts'

it('a stranger’s server is never reached inside, whatever its name resolves to', () => {
  const server = sampleServer('a', { reach: 'open_internet' })
  for (const address of ['127.0.0.1', '10.0.0.5', '169.254.169.254', '::1', '::ffff:10.0.0.5']) {
    expect(allowByReach(address, server)).toBe(false)
  }
  expect(allowByReach('93.184.216.34', server)).toBe(true)
})

it('an operator’s server may live anywhere', () => {
  expect(allowByReach('127.0.0.1', sampleServer('a', { reach: 'anywhere' }))).toBe(true)
})
