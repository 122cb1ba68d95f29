/**
 * A text of the configuration that may come from elsewhere. A secret is read when it is needed,
 * so that the configuration itself never holds one.
 */
export type ConfigText = { readonly kind: 'literal'; readonly value: string } | SecretReference

/** `prefix` is the plain text before the reference, such as `Bearer `. */
export interface SecretReference {
  readonly kind: 'secret'
  readonly prefix: string
  readonly provider: 'env' | 'file'
  /** The variable's name; or the file's path, relative to the configuration's folder. */
  readonly name: string
}

const SCHEME = 'secret://'
/** A word and a separator, such as `Bearer `: too little to hide a secret in. */
const PREFIX = /^(?:[A-Za-z][A-Za-z0-9_-]{0,30}[ =:])?$/
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Reads a text that may end in a reference. Returns a message when the reference is wrong. */
export function parseText(text: string): ConfigText | { readonly wrong: string } {
  const start = text.indexOf(SCHEME)
  if (start < 0) return { kind: 'literal', value: text }
  const prefix = text.slice(0, start)
  if (!PREFIX.test(prefix))
    return { wrong: 'before a reference stands at most one word, such as `Bearer`' }
  const reference = text.slice(start + SCHEME.length)
  const slash = reference.indexOf('/')
  const provider = slash < 0 ? reference : reference.slice(0, slash)
  const name = slash < 0 ? '' : reference.slice(slash + 1)
  if (provider === 'env') {
    if (VARIABLE.test(name)) return { kind: 'secret', prefix, provider, name }
    return { wrong: 'expected `secret://env/NAME` with the name of an environment variable' }
  }
  if (provider === 'file') {
    if (name !== '' && !/[\s\0]/.test(name)) return { kind: 'secret', prefix, provider, name }
    return { wrong: 'expected `secret://file/PATH` with the path of a file, without spaces' }
  }
  return {
    wrong: `secrets come from \`secret://env/NAME\` or \`secret://file/PATH\`; this version knows no other source`,
  }
}

/** Writes a text as it stands in a file: a reference stays a reference. */
export function formatText(text: ConfigText): string {
  if (text.kind === 'literal') return text.value
  return `${text.prefix}${SCHEME}${text.provider}/${text.name}`
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
