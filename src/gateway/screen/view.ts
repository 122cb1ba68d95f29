import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'

/** What of a message is looked at, and how what came of it gets back into the message. */
export interface View {
  readonly value: JsonObject
  /** The message with what was changed in `value`; the same object where nothing was. */
  restore(changed: JsonObject): JsonObject
}

/** Not content: sealed by us or never read by anybody but the two ends of a connection. */
const STATE = 'requestState'
const TOKENS: ReadonlySet<string> = new Set(['progressToken', 'traceparent'])

/**
 * The content of a message: all of it, but for state that only its owner can read. Embedded files that are
 * text stand there as their text, so that what is taken out of them leaves them whole.
 */
export function viewOf(message: JsonObject): View {
  const { [STATE]: state, _meta: meta, ...content } = message
  const kept = isObject(meta) ? without(meta, TOKENS) : meta
  const files = new Map<string, string>()
  const opened = openFiles(content, files)
  const value = meta === undefined ? opened : { ...opened, _meta: kept }
  return {
    value,
    restore(changed) {
      if (changed === value) return message
      const { _meta: after, ...others } = changed
      return {
        ...closeFiles(others, files),
        ...(meta === undefined ? {} : { _meta: isObject(meta) ? rejoined(meta, after) : after }),
        ...(state === undefined ? {} : { [STATE]: state }),
      }
    },
  }
}

function without(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  const all = Object.entries(object)
  const kept = all.filter(([name]) => !names.has(name))
  return kept.length === all.length ? object : Object.fromEntries(kept)
}

function rejoined(meta: JsonObject, after: Json | undefined): JsonObject {
  const tokens = Object.entries(meta).filter(([name]) => TOKENS.has(name))
  return { ...(isObject(after) ? after : {}), ...Object.fromEntries(tokens) }
}

type Change = (file: JsonObject, at: string) => JsonObject

/** Opens files that are text; `files` remembers where, with their text. */
function openFiles(message: JsonObject, files: Map<string, string>): JsonObject {
  return eachFile(message, (file, at) => {
    const text = typeof file['blob'] === 'string' ? textOf(file['blob']) : undefined
    if (text === undefined) return file
    files.set(at, text)
    return { ...file, blob: text }
  })
}

function closeFiles(message: JsonObject, files: ReadonlyMap<string, string>): JsonObject {
  if (files.size === 0) return message
  return eachFile(message, (file, at) =>
    files.has(at) && typeof file['blob'] === 'string'
      ? { ...file, blob: Buffer.from(file['blob']).toString('base64') }
      : file,
  )
}

/** Embedded resources of tool results and prompts, and the contents of what was read. */
function eachFile(message: JsonObject, change: Change): JsonObject {
  const { content, contents, messages } = message
  const changed: [string, Json][] = []
  if (Array.isArray(content))
    changed.push(['content', content.map((one: Json, at) => inBlock(one, `c${at}`, change))])
  if (Array.isArray(contents))
    changed.push([
      'contents',
      contents.map((one: Json, at) => (isObject(one) ? change(one, `r${at}`) : one)),
    ])
  if (Array.isArray(messages))
    changed.push([
      'messages',
      messages.map((one: Json, at) =>
        isObject(one) && one['content'] !== undefined
          ? { ...one, content: inBlock(one['content'], `m${at}`, change) }
          : one,
      ),
    ])
  return changed.length === 0 ? message : { ...message, ...Object.fromEntries(changed) }
}

function inBlock(block: Json, at: string, change: Change): Json {
  if (!isObject(block) || !isObject(block['resource'])) return block
  return { ...block, resource: change(block['resource'], at) }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text in a blob; undefined for what is no text. */
function textOf(blob: string): string | undefined {
  try {
    const text = UTF8.decode(Buffer.from(blob, 'base64'))
    // What is not encoded as it would be again is left to whoever reads it.
    return text !== '' && Buffer.from(text).toString('base64') === blob && !text.includes('\0')
      ? text
      : undefined
  } catch {
    return undefined
  }
}
