import type { Target } from './target.ts'
import { handles, sealedTexts } from './targets/handles.ts'
import { headers } from './targets/headers.ts'
import { largeResult } from './targets/large-result.ts'
import { lines } from './targets/lines.ts'
import { message } from './targets/message.ts'
import { openapi } from './targets/openapi.ts'
import { paramHeaders } from './targets/param-headers.ts'
import { rewrite } from './targets/rewrite.ts'
import { sse } from './targets/sse.ts'

/** All that is fuzzed. */
export const TARGETS: readonly Target[] = [
  message,
  rewrite,
  headers,
  paramHeaders,
  sse,
  largeResult,
  lines,
  handles,
  sealedTexts,
  openapi,
]
