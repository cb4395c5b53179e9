import { parentPort } from 'node:worker_threads'
import type { Tokenizer } from '@mcp-orchestra/api/metered-price'
import { contentTexts } from './content-texts.ts'
import { cutRuns } from './text-runs.ts'
import type { CountAnswer, CountJob } from './token-counter.ts'

/** What we use of an encoding of `gpt-tokenizer`. */
type Encoding = {
  countTokens(text: string, options: { readonly disallowedSpecial: ReadonlySet<string> }): number
}

/** What models give a meaning of their own is text like any other. */
const AS_TEXT = { disallowedSpecial: new Set<string>() }

/** Each is some megabytes of ranks: only those are loaded that listings name. */
const encodings = new Map<Tokenizer, Promise<Encoding>>()

function encodingOf(tokenizer: Tokenizer): Promise<Encoding> {
  const known = encodings.get(tokenizer)
  if (known !== undefined) return known
  const encoding = import(`gpt-tokenizer/encoding/${tokenizer}`) as Promise<Encoding>
  encodings.set(tokenizer, encoding)
  return encoding
}

/** The thread in which tokens are counted: a long text would hold up every other call. */
parentPort?.on('message', ({ id, tokenizer, input, resultText }: CountJob) => {
  void encodingOf(tokenizer).then((encoding) => {
    const units = {
      input: count(encoding, [input]),
      output: count(encoding, contentTexts(resultText)),
    }
    parentPort?.postMessage({ id, units } satisfies CountAnswer)
  })
})

function count({ countTokens }: Encoding, texts: readonly string[]): number {
  let tokens = 0
  for (const text of texts) {
    for (const part of cutRuns(text)) tokens += countTokens(part, AS_TEXT)
  }
  return tokens
}
