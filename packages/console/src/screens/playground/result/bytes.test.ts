import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BASE64_MAX, bytesOfBase64 } from './bytes-of-base64.ts'
import { pictureSize } from './picture-size.ts'

test('bytes come out of base64 as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(bytesOfBase64(btoa(String.fromCharCode(...bytes)))).toEqual(Uint8Array.from(bytes))
    }),
  )
  expect(bytesOfBase64('no base64!')).toBeUndefined()
  expect(bytesOfBase64('A'.repeat(BASE64_MAX + 4))).toBeUndefined()
})

test('the size of any bytes is read without an error', () => {
  const magic = fc.constantFrom(
    [0x89, 0x50, 0x4e, 0x47],
    [0x47, 0x49, 0x46, 0x38],
    [0xff, 0xd8, 0xff],
    [],
  )
  fc.assert(
    fc.property(magic, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      pictureSize(new Uint8Array([...start, ...rest]))
    }),
    { numRuns: 1_000 },
  )
})

test('a small file that is a huge picture is known before it is decoded', () => {
  const png = new Uint8Array(40)
  const view = new DataView(png.buffer)
  view.setUint32(0, 0x89504e47)
  view.setUint32(16, 100_000)
  view.setUint32(20, 50_000)
  expect(pictureSize(png)).toEqual({ width: 100_000, height: 50_000 })
  const jpeg = new Uint8Array(40)
  jpeg.set([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30])
  expect(pictureSize(jpeg)).toEqual({ width: 30, height: 20 })
})
