import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import { META_SUBSCRIPTION, newsText, type News } from '../../route/aggregate/subscriptions/news.ts'
import { objectIn } from './client-words.ts'

/** News are shared by all who hear them: so is their legacy text. */
const TEXTS = new WeakMap<News, string>()

/** A notification of a listen stream as a legacy server sends it: without the id of a subscription. */
export function legacyNewsText(news: News): string {
  const known = TEXTS.get(news)
  if (known !== undefined) return known
  const text = withoutSubscription(newsText(news, '0'))
  TEXTS.set(news, text)
  return text
}

function withoutSubscription(text: string): string {
  const params = objectIn(text, scanObject(text), 'params')
  const meta = objectIn(text, params, '_meta')
  if (params === undefined || memberOf(meta, META_SUBSCRIPTION) === undefined) return text
  const edits =
    meta === undefined || meta.members.length === 1
      ? editObject(params, { remove: new Set(['_meta']) })
      : editObject(meta, { remove: new Set([META_SUBSCRIPTION]) })
  return splice(text, edits)
}
