import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { invalidToken } from './refusal.ts'

/** Where a claim is: names from the outside in, since names may hold dots. */
export type ClaimPath = readonly string[]

const MAX_TEXT = 512
const MAX_LIST = 1_000
/** Who acts for whom acts for … ends somewhere. */
const MAX_ACTORS = 8

/** The value at a path; undefined when there is none. */
export function claimAt(claims: JsonObject, path: ClaimPath): Json | undefined {
  let value: Json | undefined = claims
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** A short text without control characters and without lone surrogates; else undefined. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_TEXT &&
    value.isWellFormed() &&
    !/[\p{Cc}\u2028\u2029]/u.test(value)
    ? value
    : undefined
}

/** @throws GatewayError `token_invalid` for a claim that is no such text. */
export function needText(claims: JsonObject, name: string): string {
  const text = textOf(claimAt(claims, [name]))
  if (text === undefined) throw invalidToken(`\`${name}\` is not a text`)
  return text
}

/**
 * A list of texts: an array, or words with single spaces between them; undefined when it is neither.
 */
export function textsOf(value: Json | undefined): readonly string[] | undefined {
  const list = typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value
  if (!Array.isArray(list) || list.length > MAX_LIST) return undefined
  const texts = (list as readonly Json[]).map(textOf)
  return texts.every((text) => text !== undefined) ? texts : undefined
}

/**
 * The ids of who acts, outermost first (RFC 8693 section 4.1).
 *
 * @throws GatewayError `token_invalid` for a chain that is malformed or too long.
 */
export function actorsOf(claims: JsonObject, prefix = ''): readonly SubjectId[] {
  const actors: SubjectId[] = []
  for (let act = claims['act']; act !== undefined; act = act['act']) {
    if (!isObject(act) || actors.length === MAX_ACTORS) throw invalidToken('`act` is malformed')
    actors.push(`${prefix}${needText(act, 'sub')}` as SubjectId)
  }
  return actors
}

/**
 * The thumbprint of the key that a token is bound to (RFC 9449 section 6.1), if it is.
 *
 * @throws GatewayError `token_invalid` when it is bound to something else: nobody here can check it.
 */
export function thumbprintOf({ cnf }: JsonObject): string | undefined {
  if (cnf === undefined) return undefined
  const { jkt, ...others } = isObject(cnf) ? cnf : {}
  if (typeof jkt === 'string' && /^[\w-]{43}$/.test(jkt) && Object.keys(others).length === 0)
    return jkt
  throw invalidToken('it is bound to something that cannot be checked')
}
