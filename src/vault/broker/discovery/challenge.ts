/** What a server wants to be shown (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9728 section 5.1). */
export interface Challenge {
  readonly error: string | undefined
  readonly scopes: readonly string[] | undefined
  readonly resourceMetadata: string | undefined
}

/** UTF-16 code units of all header values that are read, and of one part. */
const MOST = 8_192
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}/y
const QUOTED = /"((?:[^"\\]|\\.)*)"/y
const BETWEEN = /[\t ,]*/y
const BLANK = /[\t ]*/y

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/

/**
 * Reads the challenges of the schemes Bearer and DPoP, as one. What does not parse ends the reading;
 * what stands before it counts.
 */
export function readChallenges(values: readonly string[]): Challenge {
  const params = new Map<string, string>()
  for (const value of values) readInto(params, value.slice(0, MOST))
  return {
    error: params.get('error'),
    scopes: scopesOf(params.get('scope')),
    resourceMetadata: params.get('resource_metadata'),
  }
}

/** Names of scopes in a text (RFC 6749 section 3.3), at most 64, each once; undefined where there are none. */
export function scopesOf(text: string | undefined): readonly string[] | undefined {
  const names = (text ?? '').slice(0, MOST).split(' ')
  const scopes = [...new Set(names.filter((name) => SCOPE.test(name)))].slice(0, 64)
  return scopes.length === 0 ? undefined : scopes
}

function readInto(params: Map<string, string>, text: string): void {
  let at = 0
  let ours = false
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text) ?? undefined
    if (found !== undefined) at = pattern.lastIndex
    return found
  }
  for (;;) {
    take(BETWEEN)
    const name = take(TOKEN)?.[0].toLowerCase()
    if (name === undefined) return
    take(BLANK)
    if (text[at] !== '=') {
      ours = name === 'bearer' || name === 'dpop'
      continue
    }
    at += 1
    take(BLANK)
    const value = take(QUOTED)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? take(TOKEN)?.[0]
    if (value === undefined) return
    if (ours && !params.has(name)) params.set(name, value)
  }
}
