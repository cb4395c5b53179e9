/** Width and height of a picture in pixels, read from its first bytes; undefined when they do not say. */
export type PictureSize = { readonly width: number; readonly height: number }

/** Bytes at the start that are looked at: a JPEG may carry a thumbnail before its size. */
const LOOKED_AT_MAX = 512_000

/** Reads the size of a PNG, GIF, WebP or JPEG without decoding it: a small file may be a huge picture. */
export function pictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, LOOKED_AT_MAX),
  )
  if (view.byteLength < 30) return undefined
  if (view.getUint32(0) === PNG) return { width: view.getUint32(16), height: view.getUint32(20) }
  if (view.getUint32(0) === GIF) {
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  }
  if (view.getUint32(0) === RIFF && view.getUint32(8) === WEBP) return webpSize(view)
  return view.getUint16(0) === JPEG ? jpegSize(view) : undefined
}

const PNG = 0x89504e47
const GIF = 0x47494638
const RIFF = 0x52494646
const WEBP = 0x57454250
const JPEG = 0xffd8

function webpSize(view: DataView): PictureSize | undefined {
  const chunk = view.getUint8(15)
  if (chunk === 0x58) return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
  if (chunk === 0x20) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  }
  const bits = view.getUint32(21, true)
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
}

/** Goes from segment to segment until the frame header (ITU T.81 §B.2.2). */
function jpegSize(view: DataView): PictureSize | undefined {
  let at = 2
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += 2 + Math.max(2, view.getUint16(at + 2))
  }
  return undefined
}
