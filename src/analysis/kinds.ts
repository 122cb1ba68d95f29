import type { ArgumentHint, ArgumentKind } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'

/** What an argument is taken for. A `firm` one must be readable as that; a `soft` one only may. */
export interface Expectation extends ArgumentHint {
  readonly strength: 'firm' | 'soft'
}

/** Formats of JSON Schema (2020-12, validation §7.3) that name a kind. */
const OF_FORMAT: Readonly<Record<string, ArgumentKind>> = {
  uri: 'url',
  'uri-reference': 'url',
  iri: 'url',
  'iri-reference': 'url',
  url: 'url',
  email: 'recipient',
  'idn-email': 'recipient',
  uuid: 'identifier',
  regex: 'pattern',
  path: 'path',
  'file-path': 'path',
  'directory-path': 'path',
}

/** The last word of a name that leaves no doubt. */
const FIRM: ReadonlyMap<string, ArgumentKind> = new Map(
  Object.entries({
    path: [
      'path',
      'paths',
      'filepath',
      'filepaths',
      'filename',
      'directory',
      'dir',
      'cwd',
      'folder',
    ],
    url: ['url', 'urls', 'uri', 'uris', 'href', 'webhook'],
    sql: ['sql'],
    shell: ['command', 'commands', 'cmd', 'shell', 'bash', 'commandline'],
    recipient: ['recipient', 'recipients', 'cc', 'bcc', 'email', 'emails', 'attendees', 'invitees'],
    amount: ['amount'],
    media: ['mimetype'],
  }).flatMap(([kind, words]) => words.map((word) => [word, kind as ArgumentKind] as const)),
)

/** The last word of a name that is often, but not always, of a kind. */
const SOFT: ReadonlyMap<string, ArgumentKind> = new Map(
  Object.entries({
    path: ['file', 'files', 'source', 'destination', 'root', 'target', 'glob', 'output', 'input'],
    url: ['link', 'links', 'endpoint', 'website', 'site', 'host', 'origin', 'callback', 'redirect'],
    sql: ['query', 'statement', 'statements'],
    shell: ['script', 'exec', 'run'],
    recipient: ['to', 'participants', 'members', 'channel', 'assignee', 'reviewers', 'guests'],
    amount: ['price', 'total', 'sum', 'budget', 'cost', 'fee'],
    identifier: [
      'id',
      'ids',
      'uuid',
      'guid',
      'iban',
      'account',
      'phone',
      'card',
      'arn',
      'sha',
      'image',
    ],
    pattern: ['regex', 'regexp'],
  }).flatMap(([kind, words]) => words.map((word) => [word, kind as ArgumentKind] as const)),
)

/** Two words at the end of a name that say what its last alone does not. */
const PAIRS: ReadonlyMap<string, ArgumentKind> = new Map([
  ['file name', 'path'],
  ['sql query', 'sql'],
  ['sql statement', 'sql'],
  ['email address', 'recipient'],
  ['reply to', 'recipient'],
  ['send to', 'recipient'],
  ['command line', 'shell'],
  ['shell script', 'shell'],
  ['mime type', 'media'],
  ['media type', 'media'],
  ['content type', 'media'],
  ['amount cents', 'amount'],
  ['amount minor', 'amount'],
])

/** Beside one of these, `to` is whom a message goes to. */
const OF_MESSAGE = ['cc', 'bcc', 'subject', 'body', 'message', 'html', 'text']

/**
 * What an argument is, by its schema and name. Both are a server's claims: they make Bailiwick look
 * closer, never away, for every value is also looked at as what it is.
 *
 * @param variants its schema, and those that this refers to or combines
 * @param siblings names of the arguments beside it
 * @param tool the name of the tool, which may say what `query` means
 */
export function expectationOf(
  name: string,
  variants: readonly JsonObject[],
  siblings: readonly string[],
  tool: string,
): Expectation | undefined {
  const [schema = {}] = variants
  // What can only be one of a few fixed words is none of a caller's making.
  if (schema['enum'] !== undefined || schema['const'] !== undefined) return undefined
  if (schema['type'] === 'boolean') return undefined
  const ofFormats = variants.map(ofFormat).find((found) => found !== undefined)
  return ofFormats ?? ofName(name, schema, siblings, tool)
}

function ofFormat({
  format,
  contentMediaType,
  contentEncoding,
}: JsonObject): Expectation | undefined {
  const kind =
    typeof format === 'string' && Object.hasOwn(OF_FORMAT, format) ? OF_FORMAT[format] : undefined
  if (kind !== undefined) return { kind, strength: 'firm' }
  const embedded = contentMediaType !== undefined || contentEncoding !== undefined
  return embedded ? { kind: 'media', strength: 'soft' } : undefined
}

function ofName(
  name: string,
  schema: JsonObject,
  siblings: readonly string[],
  tool: string,
): Expectation | undefined {
  const words = wordsOf(name)
  const last = words.at(-1) ?? ''
  const pair = PAIRS.get(words.slice(-2).join(' ')) ?? FIRM.get(words.slice(-2).join(''))
  const firm = pair ?? FIRM.get(last)
  if (firm !== undefined) return { kind: firm, strength: 'firm' }
  const soft = SOFT.get(last)
  if (soft === undefined) return undefined
  const strength = isFirm(soft, last, schema, siblings, tool) ? 'firm' : 'soft'
  return { kind: soft, strength }
}

function isFirm(
  kind: ArgumentKind,
  word: string,
  { description }: JsonObject,
  siblings: readonly string[],
  tool: string,
): boolean {
  if (kind === 'sql')
    return /\bsql\b/i.test(String(description ?? '')) || wordsOf(tool).includes('sql')
  if (word === 'to') return siblings.some((name) => OF_MESSAGE.includes(name.toLowerCase()))
  return false
}

/** `filePath`, `file_path` and `FILE-PATH` in lower-case words. */
function wordsOf(text: string): readonly string[] {
  const words = text.slice(0, 256).match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []
  return words.map((word) => word.toLowerCase())
}
