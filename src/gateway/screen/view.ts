import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'

/** What of a message is looked at, and how what came of it gets back into the message. */
export interface View {
  readonly value: JsonObject
  /** The message with what was changed in `value`; the same object where nothing was. */
  readonly restore: (changed: JsonObject) => JsonObject
}

/** State that is sealed here: it is random to whoever looks at it. */
const STATE = 'requestState'
/** Members of `_meta` that only tell one message from another. */
const TOKENS: ReadonlySet<string> = new Set(['progressToken', 'traceparent'])

/** The content of a message: all of it, but for what means nothing to anybody but its maker. */
export function viewOf(message: JsonObject): View {
  const { [STATE]: state, _meta: meta, ...content } = message
  const tokens = Object.entries(isObject(meta) ? meta : {}).filter(([name]) => TOKENS.has(name))
  if (state === undefined && tokens.length === 0)
    return { value: message, restore: (changed) => changed }
  const kept = isObject(meta) && tokens.length > 0 ? withoutTokens(meta) : meta
  const value = meta === undefined ? content : { ...content, _meta: kept }
  return {
    value,
    restore(changed) {
      if (changed === value) return message
      const _meta = metaWith(changed['_meta'], tokens)
      return {
        ...changed,
        ...(_meta === undefined ? {} : { _meta }),
        ...(state === undefined ? {} : { [STATE]: state }),
      }
    },
  }
}

function withoutTokens(meta: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(meta).filter(([name]) => !TOKENS.has(name)))
}

function metaWith(
  meta: Json | undefined,
  tokens: readonly (readonly [string, Json | undefined])[],
): Json | undefined {
  if (tokens.length === 0) return meta
  return { ...(isObject(meta) ? meta : {}), ...Object.fromEntries(tokens) }
}
