import type { Config } from '../../config/config.ts'
import { formatText } from '../../config/secret.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { SecretView } from '../../kernel/vault.ts'
import type { Resolver } from '../../vault/sources/resolver.ts'
import { CommandError } from '../command-error.ts'
import { openingText } from '../vault/opening-text.ts'
import { type PlacedReference, referencesOf } from './references.ts'

/** What became of one reference. Holds no value. */
export interface CheckedReference {
  readonly path: string
  readonly reference: string
  readonly server: string | null
  readonly state: 'good' | 'wrong' | 'of each user'
  readonly says: string
}

export interface CheckParts {
  readonly config: Config
  readonly env: Readonly<Record<string, string | undefined>>
  readonly resolver: Resolver
  readonly secrets: readonly SecretView[]
}

/** Reads what each reference of the configuration names, and tells how that went. */
export async function checkReferences(parts: CheckParts): Promise<readonly CheckedReference[]> {
  const checked: CheckedReference[] = []
  for (const placed of referencesOf(parts.config)) {
    const { path, server = null, reference } = placed
    const shown = formatText({ ...reference, prefix: '' })
    checked.push({ path, server, reference: shown, ...(await outcome(parts, placed)) })
  }
  return checked
}

async function outcome(
  parts: CheckParts,
  placed: PlacedReference,
): Promise<Pick<CheckedReference, 'state' | 'says'>> {
  const { server, reference } = placed
  if (server !== undefined && reference.provider === 'user') return ofEachUser(parts, placed)
  try {
    if (server === undefined) await openingText(reference, parts.config.folder, parts.env)()
    else await parts.resolver.resolve(reference, { server, owner: 'shared' })
    return { state: 'good', says: '' }
  } catch (error) {
    return { state: 'wrong', says: wordsOf(error) }
  }
}

function ofEachUser(
  { secrets }: CheckParts,
  { server = '', reference }: PlacedReference,
): Pick<CheckedReference, 'state' | 'says'> {
  const kept = secrets.filter(
    ({ name, owner, servers }) =>
      owner !== 'shared' && name === reference.name && servers.includes(server),
  )
  return { state: 'of each user', says: `${kept.length} have one` }
}

/** @returns what is wrong, for who runs the gateway; never what something unforeseen says. */
function wordsOf(error: unknown): string {
  if (error instanceof GatewayError) return error.detail ?? error.message
  return error instanceof CommandError ? error.message : 'cannot be read'
}
