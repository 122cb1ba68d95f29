import {
  type ConfigText,
  formatReference,
  SECRET_PROVIDERS,
  type SecretProvider,
  type SecretReference,
} from '../kernel/secret-reference.ts'
import { FIELD, SHAPES } from './secret-paths.ts'

const SCHEME = 'secret://'
/** A word and a separator, such as `Bearer `: too little to hide a secret in. */
const PREFIX = /^(?:[A-Za-z][A-Za-z0-9_-]{0,30}[ =:])?$/

const MOST_PATH = 2_048
const VERSION = 'version='

type Wrong = { readonly wrong: string }

/**
 * Reads a text that may end in a reference: `secret://PROVIDER/PATH#FIELD?version=V`. Returns a
 * message when the reference is wrong; it says nothing of the text, which may be a secret itself.
 */
export function parseText(text: string): ConfigText | Wrong {
  const start = text.indexOf(SCHEME)
  if (start < 0) return { kind: 'literal', value: text }
  const prefix = text.slice(0, start)
  if (!PREFIX.test(prefix))
    return { wrong: 'before a reference stands at most one word, such as `Bearer`' }
  const reference = text.slice(start + SCHEME.length)
  const [provider, rest] = halves(reference, '/')
  if (!isProvider(provider)) return { wrong: unknownProvider() }
  const read = readReference(provider, rest ?? '')
  return 'wrong' in read ? read : { kind: 'secret', prefix, ...read }
}

function readReference(
  provider: SecretProvider,
  rest: string,
): Omit<SecretReference, 'kind' | 'prefix'> | Wrong {
  const shape = SHAPES[provider]
  const [address, query] = halves(rest, '?')
  const [name, field] = halves(address, '#')
  const good =
    name.length <= MOST_PATH &&
    shape.path.test(name) &&
    isField(shape.field, field) &&
    isVersion(shape.version, query)
  if (!good) return { wrong: `expected ${shape.expected}` }
  return {
    provider,
    name,
    ...(field !== undefined && { field }),
    ...(query !== undefined && { version: query.slice(VERSION.length) }),
  }
}

function isField(rule: 'required' | 'optional' | 'none', field: string | undefined): boolean {
  return field === undefined ? rule !== 'required' : rule !== 'none' && FIELD.test(field)
}

function isVersion(rule: RegExp | undefined, query: string | undefined): boolean {
  if (query === undefined) return true
  return query.startsWith(VERSION) && rule?.test(query.slice(VERSION.length)) === true
}

function isProvider(text: string): text is SecretProvider {
  return SECRET_PROVIDERS.some((provider) => provider === text)
}

function unknownProvider(): string {
  const known = SECRET_PROVIDERS.map((provider) => `\`secret://${provider}/…\``).join(', ')
  return `no such place for secrets; they come from ${known}`
}

/** What stands before and after the first mark. */
function halves(text: string, mark: string): readonly [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Writes a text as it stands in a file: a reference stays a reference. */
export function formatText(text: ConfigText): string {
  return text.kind === 'literal' ? text.value : text.prefix + formatReference(text)
}

const SECRET_WORDS = new Set([
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'passwd',
  'passphrase',
  'pass',
  'pwd',
  'key',
  'apikey',
  'credential',
  'credentials',
  'bearer',
  'jwt',
  'pat',
  'dsn',
])
const NOT_SECRET = /(^|_)(public|primary|sort|partition|idempotency)_key$/

/** True when a header, variable or option of this name usually holds a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
  if (NOT_SECRET.test(words)) return false
  if (/connection_string$/.test(words)) return true
  return SECRET_WORDS.has(words.slice(words.lastIndexOf('_') + 1))
}

const TOKEN_SHAPES = [
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/,
  /\bglpat-[A-Za-z0-9_-]{20,}/,
  /\bsk-[A-Za-z0-9_-]{20,}/,
  /\b[sr]k_live_[A-Za-z0-9]{16,}/,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[A-Za-z0-9_-]{35}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bhf_[A-Za-z0-9]{30,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
]

/** True for a text with the shape of a well-known kind of token or key. */
export function isSecretShape(text: string): boolean {
  return TOKEN_SHAPES.some((shape) => shape.test(text))
}

/** What to do instead of writing a secret into the file. `name` becomes that of a variable. */
export function literalSecret(name: string): string {
  const variable = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  return `secrets stand here only by reference; put it into an environment variable and write \`secret://env/${variable}\`, or into a file and write \`secret://file/PATH\``
}

/** Whether a text is, or ends in, a reference. */
export function isReference(text: string): boolean {
  return text.includes('secret://')
}
