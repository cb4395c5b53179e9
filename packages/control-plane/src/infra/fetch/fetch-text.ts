import { AddressRefused, AnswerTooLarge, FetchTimeout } from './failures.ts'
import { createGuardedFetch } from './guarded-fetch.ts'

/** A whole text is here within it, in milliseconds: somebody waits for it. */
const TIMEOUT_MS = 15_000

/** Why an address could not be read: a sentence for whoever named it. */
export class TextRefused extends Error {
  override name = 'TextRefused'
}

/** Reads a text from an address that a person named, by the guarded fetch. Rejects with a {@link TextRefused}. */
export async function fetchText(
  address: string,
  { mayGoInside, bytesMax }: { readonly mayGoInside: boolean; readonly bytesMax: number },
): Promise<string> {
  const fetchGuarded = createGuardedFetch({
    mayReachInside: mayGoInside,
    timeoutMs: TIMEOUT_MS,
    bodyBytesMax: bytesMax,
  })
  try {
    return await textOf(await fetchGuarded(address, { headers: { accept: ACCEPT } }))
  } catch (error) {
    throw error instanceof TextRefused
      ? error
      : new TextRefused(sentenceOf(error), { cause: error })
  }
}

const ACCEPT = 'application/json, application/yaml;q=0.9, text/*;q=0.8, */*;q=0.5'

async function textOf(response: Response): Promise<string> {
  const { status, headers } = response
  if (status >= 300 && status < 400 && headers.has('location'))
    throw new TextRefused('It redirects, and redirects are not followed: name where it leads to.')
  if (status !== 200) throw new TextRefused(`It answered with status ${status}.`)
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity')
    throw new TextRefused(`It answered in the encoding ${encoding}, which was not asked for.`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await response.arrayBuffer())
  } catch (error) {
    throw new TextRefused('It is not UTF-8.', { cause: error })
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof AddressRefused)
    return 'It is inside the network of the platform, which only operators may name.'
  if (error instanceof AnswerTooLarge || error instanceof FetchTimeout)
    return `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return `The connection failed${code}.`
}
