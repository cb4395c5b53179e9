import { expect, test } from 'vitest'
import { originSpellings } from './origin.ts'

test.each([
  ['http://127.0.0.1:7300', ['http://127.0.0.1:7300', 'http://localhost:7300']],
  ['http://localhost:7300/path', ['http://localhost:7300', 'http://127.0.0.1:7300']],
  ['http://[::1]:80', ['http://[::1]', 'http://127.0.0.1', 'http://localhost']],
])('a loopback address is known by both of its names: %s', (url, origins) => {
  expect(originSpellings(url)).toEqual(origins)
})

test.each(['https://orchestra.example', 'http://192.0.2.1:7300', 'http://localhost.example:7300'])(
  'any other address is known by its own name only: %s',
  (url) => {
    expect(originSpellings(url)).toEqual([url])
  },
)
