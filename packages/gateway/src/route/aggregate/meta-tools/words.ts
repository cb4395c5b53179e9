/** Words of one text that count, at most: what comes later in a long description says little. */
const WORDS_MAX = 400
/** Characters of one text that are looked at. */
const TEXT_CHARS_MAX = 4_000

/**
 * The words of a text as a search compares them: lower case, `camelCase` and `snake_case` taken apart, plurals as
 * singulars. In order, with repetitions.
 */
export function wordsOf(text: string): string[] {
  const apart = text
    .slice(0, TEXT_CHARS_MAX)
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
  const words = apart.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.slice(0, WORDS_MAX).map(singular)
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}
