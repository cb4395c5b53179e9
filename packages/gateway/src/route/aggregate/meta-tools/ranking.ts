import { wordsOf } from './words.ts'

/** What of a tool is searched, and how much a word in it says. */
const FIELDS = [
  { field: 'name', weight: 4 },
  { field: 'title', weight: 3 },
  { field: 'description', weight: 1 },
  { field: 'server', weight: 1 },
] as const

/** One tool as it is searched. */
export type Searched = Readonly<Record<(typeof FIELDS)[number]['field'], string>>

/** How fast more of the same word stops to matter, and how much long texts are held back (BM25, usual values). */
const K1 = 1.2
const B = 0.75
/** A word that only begins like the one asked for counts so much less. */
const PREFIX_FACTOR = 0.4
/** Shorter words begin too many others. */
const PREFIX_CHARS_MIN = 3
/** Words of a query that count, and words of the catalog that one may begin. */
const QUERY_WORDS_MAX = 32
const PREFIXED_MAX = 64
/** A tool whose name is the query is what was meant. */
const EXACT_SCORE = 1_000

/** Positions of the tools that match a query, best first; equal ones in their own order. Pure. */
export type Rank = (query: string) => readonly number[]

/** Builds an index over tools (BM25 over weighted fields: Robertson and Zaragoza, 2009). */
export function createRanking(tools: readonly Searched[]): Rank {
  const postings = new Map<string, Map<number, number>>()
  const lengths = tools.map((tool, at) => {
    let length = 0
    for (const { field, weight } of FIELDS) {
      for (const word of wordsOf(tool[field])) {
        const places = postings.get(word) ?? new Map<number, number>()
        places.set(at, (places.get(at) ?? 0) + weight)
        postings.set(word, places)
        length += weight
      }
    }
    return length
  })
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, tools.length)

  const addWord = (scores: Map<number, number>, word: string, factor: number): void => {
    const places = postings.get(word)
    if (places === undefined) return
    const rarity = Math.log(1 + (tools.length - places.size + 0.5) / (places.size + 0.5))
    for (const [at, count] of places) {
      const length = (lengths[at] ?? 0) / Math.max(1, meanLength)
      const weight = (count * (K1 + 1)) / (count + K1 * (1 - B + B * length))
      scores.set(at, (scores.get(at) ?? 0) + factor * rarity * weight)
    }
  }

  return (query) => {
    const scores = new Map<number, number>()
    for (const word of new Set(wordsOf(query).slice(0, QUERY_WORDS_MAX))) {
      addWord(scores, word, 1)
      for (const longer of beginningWith(postings, word)) addWord(scores, longer, PREFIX_FACTOR)
    }
    const wanted = query.trim().toLowerCase()
    tools.forEach(({ name }, at) => {
      if (wanted !== '' && name.toLowerCase() === wanted) scores.set(at, EXACT_SCORE)
    })
    return [...scores].toSorted(([a, one], [b, other]) => other - one || a - b).map(([at]) => at)
  }
}

function beginningWith(postings: ReadonlyMap<string, unknown>, word: string): string[] {
  if (word.length < PREFIX_CHARS_MIN) return []
  return [...postings.keys()]
    .filter((other) => other.length > word.length && other.startsWith(word))
    .slice(0, PREFIXED_MAX)
}
