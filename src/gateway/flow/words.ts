import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Notification, Response } from '../../mcp/message.ts'
import { META } from '../../mcp/revision.ts'
import { plainResult } from '../screen/exact.ts'
import { viewOf } from '../screen/view.ts'
import { OWN_META } from '../server-words.ts'
import { LOG_LEVELS } from '../undecided.ts'

/** What of an answer a client reads that its server wrote; undefined: nothing. */
export function wordsOfAnswer(response: Response): Json | undefined {
  if (response.kind === 'error') {
    const { message, data } = response.error
    return data === undefined ? { message } : { message, data }
  }
  return wordsOfResult(plainResult(response))
}

/** The same of a result. What only the gateway says in `_meta` is no server's word. */
export function wordsOfResult(result: JsonObject): Json | undefined {
  const { resultType: _, ...said } = viewOf(result).value
  const words = withoutOwnMeta(said)
  return Object.keys(words).length === 0 ? undefined : words
}

function withoutOwnMeta({ _meta, ...said }: JsonObject): JsonObject {
  const kept = Object.entries(isObject(_meta) ? _meta : {}).filter(
    ([name]) => !name.startsWith(OWN_META) && name !== META.subscriptionId,
  )
  return kept.length > 0 ? { ...said, _meta: Object.fromEntries(kept) } : said
}

/** What of a notification is said: numbers, tokens and levels that the protocol defines say nothing. */
export function wordsOfNotification({ params }: Notification): Json | undefined {
  if (params === undefined) return undefined
  const { progressToken: _, ...value } = viewOf(params).value
  const said = Object.entries(withoutOwnMeta(value)).filter(([name, item]) => says(name, item))
  return said.length === 0 ? undefined : Object.fromEntries(said)
}

function says(name: string, value: Json | undefined): boolean {
  if (typeof value === 'string') return name !== 'level' || !LOG_LEVELS.includes(value)
  return isObject(value) || Array.isArray(value) || (name === 'data' && value !== undefined)
}
