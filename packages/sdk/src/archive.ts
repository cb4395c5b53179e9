import { problemFromDocument, retryAfterOf, sdkProblem } from './problem.ts'

/** Days of an archive in UTC: the first, and the first that is not in it any more. */
export type ArchivePeriod = { readonly from: string; readonly to: string }

/** What reading an archive needs from outside. */
export type ArchiveDeps = {
  readonly baseUrl: string
  readonly apiKey: string | undefined
  readonly fetch: typeof fetch
}

/** The lines of an archive as they come; whoever keeps them proves them with `verifyArchive`. */
export async function* readArchive(
  { baseUrl, apiKey, fetch: send }: ArchiveDeps,
  { from, to }: ArchivePeriod,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const query = new URLSearchParams({ from, to }).toString()
  const answer = await send(`${baseUrl}/v1/ledger/archive?${query}`, {
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    ...(signal === undefined ? {} : { signal }),
  })
  if (!answer.ok || answer.body === null) throw await refusalOf(answer)
  const decoder = new TextDecoder()
  const reader = answer.body.getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function refusalOf(answer: Response) {
  const document: unknown = await answer.json().catch(() => undefined)
  const retryAfterSeconds = retryAfterOf(answer.headers)
  return (
    problemFromDocument(document, { retryAfterSeconds }) ??
    sdkProblem('sdk.not_orchestra', { detail: `HTTP ${answer.status} without a problem document` })
  )
}
