import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'
import type { Field } from './field.ts'
import { type Place, Walk } from './walk.ts'

const PART_TYPES: ReadonlySet<Json> = new Set([
  'text',
  'image',
  'audio',
  'resource',
  'resource_link',
])
const ROLES: ReadonlySet<Json | undefined> = new Set(['user', 'assistant', undefined])
const MEDIA = /^(?:image|audio|video)\//i

/**
 * What the fields of a message hold, in the order in which they stand in it; linear in its size, total. A
 * message is a result of a tool, a resource or a prompt, or any other JSON.
 */
export function fieldsOf(message: Json): readonly Field[] {
  const walk = new Walk()
  if (!isObject(message)) walk.add(message, { at: '', name: '', isFree: false })
  else {
    for (const [name, value] of Object.entries(message)) addMember(walk, name, value ?? null)
    if (message['isError'] === true || isFailure(message)) walk.demote(0)
  }
  return walk.fields
}

/** An error of JSON-RPC (§5.1). */
function isFailure(message: JsonObject): boolean {
  return typeof message['code'] === 'number' && typeof message['message'] === 'string'
}

function addMember(walk: Walk, name: string, value: Json): void {
  const at = `/${escapeStep(name)}`
  if (name === 'isError' && typeof value === 'boolean') return
  if ((name === 'content' || name === 'contents') && Array.isArray(value)) {
    addParts(walk, value, at)
  } else if (name === 'messages' && Array.isArray(value)) {
    for (const [index, one] of value.entries()) addPrompt(walk, one as Json, `${at}/${index}`)
  } else if (name === 'structuredContent' && isObject(value)) {
    addStructured(walk, value, at)
  } else walk.addMember(name, value, { at: '', name: '', isFree: false })
}

function addParts(walk: Walk, parts: readonly Json[], at: string): void {
  for (const [index, part] of parts.entries()) addPart(walk, part, `${at}/${index}`)
}

/** A part of an answer: a text, a resource, a link, a picture. */
function addPart(walk: Walk, part: Json, at: string): void {
  if (!isObject(part)) {
    walk.add(part, { at, name: '', isFree: true })
    return
  }
  const isSeen = isMedia(part)
  for (const [name, value] of Object.entries(part)) {
    if (value !== undefined) addPiece(walk, name, value, { at, isSeen })
  }
}

function addPiece(
  walk: Walk,
  name: string,
  value: Json,
  { at, isSeen }: { readonly at: string; readonly isSeen: boolean },
): void {
  const place: Place = { at: `${at}/${escapeStep(name)}`, name: '', isFree: false }
  if (name === 'type' && PART_TYPES.has(value)) return
  if (name === 'resource') addPart(walk, value, place.at)
  else if (typeof value === 'string' && name === 'text') walk.addText(value, place)
  else if (typeof value === 'string' && (name === 'blob' || name === 'data')) {
    // A picture or a sound is no text.
    if (!isSeen) addBytes(walk, value, place)
  } else walk.addMember(name, value, { at, name: '', isFree: false })
}

function isMedia(part: JsonObject): boolean {
  if (part['type'] === 'image' || part['type'] === 'audio') return true
  return typeof part['mimeType'] === 'string' && MEDIA.test(part['mimeType'])
}

/** Bytes are read by those who can take them for a text. */
function addBytes(walk: Walk, value: string, place: Place): void {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'base64'))
    if (!text.includes('\0')) walk.addText(text, place)
  } catch {
    // No text.
  }
}

function addPrompt(walk: Walk, one: Json, at: string): void {
  if (!isObject(one)) {
    walk.add(one, { at, name: '', isFree: true })
    return
  }
  const { role, content, ...others } = one
  if (!ROLES.has(role)) walk.addMember('role', role ?? null, { at, name: '', isFree: false })
  if (Array.isArray(content)) addParts(walk, content, `${at}/content`)
  else addPart(walk, content ?? null, `${at}/content`)
  walk.add(others as JsonObject, { at, name: '', isFree: false })
}

/** Frameworks wrap what is no object as `result`: it is read as the text beside it is. */
function addStructured(walk: Walk, value: JsonObject, at: string): void {
  const { result, ...others } = value
  if (typeof result !== 'string') walk.add(value, { at, name: '', isFree: false })
  else {
    walk.addText(result, { at: `${at}/result`, name: '', isFree: false })
    walk.add(others as JsonObject, { at, name: '', isFree: false })
  }
}
