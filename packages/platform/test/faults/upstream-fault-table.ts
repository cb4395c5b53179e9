import type { RawReply } from '../../src/fixture-server/raw-script.ts'

/** The cap on results in the tests of faults: below the size from which results are streamed, so that the answer is still an error. */
export const RESULT_BYTES_MAX = 512 * 1024

/** What a call that ends by its deadline is told. */
export const TIMEOUT = { problem: 'upstream.timeout', code: 504_001 }

/** What goes wrong at the server, by the tool that does it, and what the caller is told. */
export const FAULTS: Readonly<Record<string, { reply: RawReply; code: number; problem: string }>> =
  {
    dies: { reply: { kind: 'die' }, code: 502_001, problem: 'upstream.failed' },
    hangs: { reply: { kind: 'hang' }, ...TIMEOUT },
    garbles: {
      reply: { kind: 'json', text: '<html>/srv/secret-path token=s3cr3t</html>' },
      code: 502_001,
      problem: 'upstream.invalid_answer',
    },
    overflows: {
      reply: { kind: 'oversized', letters: RESULT_BYTES_MAX + 1 },
      code: 502_001,
      problem: 'upstream.result_too_large',
    },
  }
