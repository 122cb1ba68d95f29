import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { cleanText } from '../../kernel/visible-text.ts'
import type { Problem } from './problem.ts'
import type { GroupSettings, ProviderSettings, Requirements } from './settings.ts'

/** More entries of a group claim than this are not looked at. */
const MAX_GROUPS = 10_000

/** Standard claims (OpenID Connect Core 1.0 section 5.1) that a name is made of. */
export const NAME_CLAIMS = ['name', 'given_name', 'family_name', 'preferred_username'] as const

/** Methods of RFC 8176 section 2: what a provider calls otherwise says nothing to us. */
const METHODS: ReadonlySet<string> = new Set(
  'face fpt geo hwk iris kba mca mfa otp pin pwd rba retina sc sms swk tel user vbm wia'.split(' '),
)

/** Who logged in, read from verified claims. */
export interface Person {
  readonly subject: string
  readonly name: string
  /** Groups of ours. */
  readonly groups: readonly string[]
  /** The provider did not say which groups: too many for a token. Then there are none. */
  readonly groupsUnknown: boolean
  /** RFC 8176; `fed` first. */
  readonly methods: readonly string[]
}

/** Reads the person from verified claims, and holds the claims against the requirements. */
export function readPerson(
  settings: Pick<ProviderSettings, 'groups' | 'require'>,
  claims: JsonObject,
): { readonly person: Person } | Problem {
  const unmet = unmetRequirement(settings.require ?? {}, claims)
  if (unmet !== undefined) return { kind: 'unmet', reason: unmet }
  const subject = String(claims['sub'])
  const { groups } = settings
  return {
    person: {
      subject,
      name: nameOf(claims) ?? cleanText(subject, 100),
      groups: groups === undefined ? [] : mapGroups(groups, claims),
      groupsUnknown: groups !== undefined && isOverage(groups, claims),
      methods: ['fed', ...new Set(strings(claims['amr']).filter((name) => METHODS.has(name)))],
    },
  }
}

function unmetRequirement(
  { claims: wanted = {}, acr, amr }: Requirements,
  claims: JsonObject,
): string | undefined {
  for (const [name, values] of Object.entries(wanted)) {
    const value = own(claims, name)
    if (typeof value !== 'string' || !values.includes(value)) return `\`${name}\` is not allowed`
  }
  if (acr !== undefined && !acr.some((name) => name === claims['acr'])) return '`acr` is not enough'
  if (amr !== undefined && !amr.some((name) => strings(claims['amr']).includes(name)))
    return '`amr` is not enough'
  return undefined
}

function nameOf(claims: JsonObject): string | undefined {
  const parts = [claims['given_name'], claims['family_name']].filter(
    (part) => typeof part === 'string',
  )
  return [claims['name'], parts.join(' '), claims['preferred_username']]
    .map((text) => (typeof text === 'string' ? cleanText(text, 100) : ''))
    .find((text) => text !== '')
}

function mapGroups({ claim, map }: GroupSettings, claims: JsonObject): readonly string[] {
  const found = follow(claims, claim)
  const theirs = typeof found === 'string' ? [found] : strings(found)
  const ours = theirs.slice(0, MAX_GROUPS).flatMap((name) => {
    const mapped = Object.hasOwn(map, name) ? map[name] : undefined
    return mapped === undefined ? [] : [mapped]
  })
  return [...new Set(ours)].sort()
}

/**
 * Whether the groups stand elsewhere (OpenID Connect Core 1.0 section 5.6.2, distributed claims), as Entra
 * does when there are too many, or does not say at all but that there are some (`hasgroups`).
 */
function isOverage({ claim: [first = ''] }: GroupSettings, claims: JsonObject): boolean {
  if (own(claims, first) !== undefined) return false
  const elsewhere = claims['_claim_names']
  return (
    (isObject(elsewhere) && own(elsewhere, first) !== undefined) ||
    (first === 'groups' && [true, 'true'].some((yes) => yes === claims['hasgroups']))
  )
}

function follow(claims: JsonObject, path: readonly string[]): Json | undefined {
  let at: Json | undefined = claims
  for (const name of path) at = isObject(at) ? own(at, name) : undefined
  return at
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
