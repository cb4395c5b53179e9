import { expect, it } from 'vitest'
import { isInsideAddress } from './address.ts'

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.31.0.1',
  '192.168.1.1',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::ffff:127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fd00::1',
  'fe80::1',
  'ff02::1',
  'localhost',
  '',
])('%j is inside, or no address, and so is not reached for strangers', (address) => {
  expect(isInsideAddress(address)).toBe(true)
})

it.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111'])(
  '%s is on the open internet',
  (address) => {
    expect(isInsideAddress(address)).toBe(false)
  },
)
