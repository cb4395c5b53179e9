/** A run of a text: shown as it is, or named because a reader would not see it. */
export type TextRun = { readonly text: string; readonly hidden: string | undefined }

/**
 * Characters that change what a model reads without a person seeing them: controls, format characters
 * (zero width, bidirectional, tags), surrogates and private use, odd spaces and fillers, variation
 * selectors (Unicode 17: general categories Cc, Cf, Co, Cs, Zl, Zp, Zs, and what is ignorable by default). Tab and line feed are layout.
 */
const HIDDEN =
  /[^\P{Cc}\t\n]|\p{Cf}|\p{Co}|\p{Cs}|\p{Zl}|\p{Zp}|[^\P{Zs} ]|\p{Default_Ignorable_Code_Point}/u
/** The joiner and the selector inside a picture character draw it: they hide nothing. */
const PICTURE =
  /(?<=\p{Extended_Pictographic})\ufe0f|(?<=\p{Extended_Pictographic}\ufe0f?)\u200d(?=\p{Extended_Pictographic})/u
const RUNS = new RegExp(`(?:(?!${PICTURE.source})(?:${HIDDEN.source}))+`, 'gu')

/** Splits a text into runs that can be seen and runs that cannot; joined, they are the text again. */
export function splitHidden(text: string): TextRun[] {
  const runs: TextRun[] = []
  let end = 0
  for (const match of text.matchAll(RUNS)) {
    if (match.index > end) runs.push({ text: text.slice(end, match.index), hidden: undefined })
    runs.push({ text: match[0], hidden: nameRun(match[0]) })
    end = match.index + match[0].length
  }
  if (end < text.length) runs.push({ text: text.slice(end), hidden: undefined })
  return runs
}

/** How many characters of a text cannot be seen. */
export function countHidden(text: string): number {
  return splitHidden(text)
    .filter(({ hidden }) => hidden !== undefined)
    .reduce((sum, run) => sum + Array.from(run.text).length, 0)
}

/** Characters of one run that are named one by one; more are counted. */
const NAMED_MAX = 4
/** Letters of a text spelt in tag characters that are shown: enough to know what it wants. */
const SPELT_MAX = 200

/** Tag characters, which spell ASCII that nobody sees (Unicode, block Tags). */
const TAGS = { base: 0xe0000, first: 0xe0020, last: 0xe007e }

function nameRun(text: string): string {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  const named = points
    .slice(0, NAMED_MAX)
    .map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`)
  const more = points.length > NAMED_MAX ? [`+${points.length - NAMED_MAX}`] : []
  const tags = points.filter((point) => point >= TAGS.first && point <= TAGS.last)
  const spelt = String.fromCodePoint(...tags.slice(0, SPELT_MAX).map((point) => point - TAGS.base))
  return [...named, ...more, ...(spelt === '' ? [] : [`“${spelt}”`])].join(' ')
}

/** A value as indented JSON in which every hidden character is written as an escape: the same JSON, all of it seen. */
export function visibleJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? 'null'
  return splitHidden(text)
    .map((run) => (run.hidden === undefined ? run.text : escaped(run.text)))
    .join('')
}

function escaped(text: string): string {
  return text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
