import { isObject, type Json } from '../../../kernel/json.ts'
import { member } from './changes.ts'

/** Words of names that say where something goes. */
const WHERE = new Set([
  ...['url', 'uri', 'href', 'link', 'host', 'hostname', 'domain', 'endpoint', 'server', 'address'],
  ...['webhook', 'callback', 'redirect', 'proxy', 'remote', 'origin', 'upstream', 'ip', 'port'],
  ...['email', 'mail', 'recipient', 'recipients', 'to', 'cc', 'bcc', 'forward', 'notify', 'phone'],
  ...['path', 'file', 'filename', 'filepath', 'dir', 'directory', 'folder', 'destination', 'dest'],
  ...['target', 'output', 'bucket', 'channel', 'repo', 'repository', 'upload'],
])

/** Formats (JSON Schema 2020-12 validation §7.3) of what something can be sent to. */
const FORMATS = new Set([
  ...['uri', 'uri-reference', 'iri', 'iri-reference', 'uri-template', 'url'],
  ...['email', 'idn-email', 'hostname', 'idn-hostname', 'ipv4', 'ipv6', 'path'],
])

/** A description that says that something is sent, written or called somewhere. */
const SAID =
  /\b(?:urls?|uris?|endpoints?|web-?hooks?|callbacks?|e-?mail address(?:es)?|recipients?|host ?names?|file ?paths?|destinations?)\b/iu

const MAX_DEPTH = 32
const MAX_TEXT = 10_000

/** Whether a parameter says where something goes, by its name, format or description; or one within it. */
export function isDestination(name: string, schema: Json | undefined, depth = 0): boolean {
  if (wordsOf(name).some((word) => WHERE.has(word))) return true
  if (!isObject(schema) || depth > MAX_DEPTH) return false
  const format = member(schema, 'format')
  if (typeof format === 'string' && FORMATS.has(format.toLowerCase())) return true
  const said = member(schema, 'description')
  if (typeof said === 'string' && SAID.test(said.slice(0, MAX_TEXT))) return true
  const items = member(schema, 'items')
  if (isObject(items) && isDestination('', items, depth + 1)) return true
  const inner = member(schema, 'properties')
  return (
    isObject(inner) &&
    Object.keys(inner).some((key) => isDestination(key, member(inner, key), depth + 1))
  )
}

/** `callbackUrl`, `callback_url` and `CALLBACK-URL` are the same two words. */
function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
}
