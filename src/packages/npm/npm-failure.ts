import type { PackageRefusal } from '../../kernel/packages.ts'

/** What npm's error codes mean. The first that is found counts. */
const MEANINGS: readonly (readonly [RegExp, PackageRefusal, string])[] = [
  [/\bEINTEGRITY\b/, 'integrity_mismatch', 'an archive is not the one that its digest names'],
  [/\bEUSAGE\b/, 'lock_changed', 'the lockfile does not fit to what was asked for'],
  [/\bE404\b/, 'registry_refused', 'the registry does not have it'],
  [/\bETARGET\b/, 'registry_refused', 'the registry has no such version'],
  [
    /\bE40[13]\b/,
    'registry_refused',
    'the registry refuses; a token that it may want is not passed to npm',
  ],
  [
    /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/,
    'registry_refused',
    'the registry cannot be reached',
  ],
  [/\bE(?:5\d\d|429)\b/, 'registry_refused', 'the registry does not answer as it should'],
]

/** Why npm failed, by what it said. */
export function npmFailure(said: string): {
  readonly reason: PackageRefusal
  readonly why: string
} {
  const found = MEANINGS.find(([pattern]) => pattern.test(said))
  if (found !== undefined) return { reason: found[1], why: found[2] }
  return { reason: 'install_failed', why: `npm failed: ${firstLines(said)}` }
}

function firstLines(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^npm (?:error|ERR!) ?/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('A complete log'))
  const text = lines.slice(0, 3).join('; ')
  return text === '' ? 'it says nothing' : text.slice(0, 400)
}
