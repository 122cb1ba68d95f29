import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import { META } from '../revision.ts'

/** Names that one object of the protocol gives a meaning. */
interface KnownNames {
  readonly exact: ReadonlySet<string>
  readonly folded: ReadonlySet<string>
}

const PARAMS = known(
  ...['_meta', 'name', 'arguments', 'uri', 'cursor', 'ref', 'argument', 'context', 'level'],
  ...['inputResponses', 'requestState', 'taskId', 'requestId', 'progressToken'],
  ...['protocolVersion', 'capabilities', 'clientInfo'],
)
const PARAMS_META = known('progressToken', ...Object.values(META))
const REF = known('type', 'name', 'uri')
const ARGUMENT = known('name', 'value')

/**
 * Refuses a member of `params` that another parser may take for one the protocol knows: same name
 * but for case (also Unicode's), white space, invisible characters, or what follows a NUL. Looks at
 * `params`, its `_meta`, and the `ref` and `argument` of a completion; never into arguments.
 *
 * @throws GatewayError `json_ambiguous`.
 */
export function checkNames(params: JsonObject): void {
  check(params, 'params', PARAMS)
  checkMember(params, '_meta', PARAMS_META)
  checkMember(params, 'ref', REF)
  checkMember(params, 'argument', ARGUMENT)
}

function checkMember(params: JsonObject, name: string, names: KnownNames): void {
  const member = params[name]
  if (isObject(member)) check(member, `params.${name}`, names)
}

function check(object: JsonObject, place: string, names: KnownNames): void {
  for (const name of Object.keys(object)) {
    if (names.exact.has(name) || !names.folded.has(fold(name))) continue
    throw new GatewayError(
      'json_ambiguous',
      `a member of \`${place}\` differs from \`${fold(name)}\` only in case or invisible characters`,
    )
  }
}

function known(...names: readonly string[]): KnownNames {
  return { exact: new Set(names), folded: new Set(names.map(fold)) }
}

/** The coarsest sense in which some parser holds two names for the same. */
function fold(name: string): string {
  if (/^[\w./-]*$/.test(name)) return name.toLowerCase()
  const [seen = ''] = name.split('\0', 1)
  // Upper case first: `ſ` and `ı` have no other way to `s` and `i`. U+0307 is left of `İ`.
  const folded = seen.normalize('NFKC').toUpperCase().toLowerCase()
  return folded.replace(/[\s\p{C}\p{M}]/gu, '')
}
