import { DEFAULT_SCOPES, OFFLINE_ACCESS, within } from '../../kernel/scope.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { MachineRequest } from '../engine/ports.ts'
import { isScopeOf } from '../engine/scopes.ts'
import type { Resource, Resources } from '../parts.ts'

/** A parameter that may come once; undefined when it is absent or empty (RFC 6749 section 3.2). */
export function parameter(
  { parameters }: Pick<MachineRequest, 'parameters'>,
  name: string,
): string | undefined {
  const value = parameters[name]
  if (Array.isArray(value) && value.length > 1)
    throw new OauthError('invalid_request', `\`${name}\` must be given once`)
  const [only] = Array.isArray(value) ? value : [value]
  return only === '' ? undefined : only
}

/** What was asked for, and the name it was asked for by. */
export interface AskedResource {
  readonly resource: Resource
  /** The canonical address or an alias. */
  readonly url: string
}

/**
 * The one resource that a machine must name: for none is a token good enough for all.
 *
 * @throws OauthError `invalid_target` (RFC 8707 section 2).
 */
export function askedResource(
  request: Pick<MachineRequest, 'parameters'>,
  resources: Pick<Resources, 'find'>,
): AskedResource {
  const value = request.parameters['resource']
  if (Array.isArray(value) && value.length > 1)
    throw new OauthError('invalid_target', 'a token is for one resource')
  const url = parameter(request, 'resource')
  if (url === undefined) throw new OauthError('invalid_target', '`resource` is required')
  const resource = resources.find(url)
  if (resource === undefined) throw new OauthError('invalid_target', 'no such resource')
  return { resource, url }
}

/**
 * The scopes that were asked for, if the resource knows them and all that bounds them includes them;
 * reading if none were.
 *
 * @throws OauthError `invalid_scope`: never less than was asked for, which the client might not notice.
 */
export function askedScopes(
  request: Pick<MachineRequest, 'parameters'>,
  resource: Resource,
  ...bounds: readonly (readonly string[])[]
): readonly string[] {
  const named = (parameter(request, 'scope') ?? '').split(' ')
  // Machines come again with their own proof, so there is nothing to be had offline.
  const asked = [...new Set(named)].filter((scope) => scope !== '' && scope !== OFFLINE_ACCESS)
  const scopes = asked.length === 0 ? DEFAULT_SCOPES : asked
  if (!scopes.every((scope) => isScopeOf(resource, scope)))
    throw new OauthError('invalid_scope', 'the resource knows no such scope')
  const beyond = scopes.filter((scope) => bounds.some((given) => !within([scope], given)))
  if (beyond.length > 0)
    throw new OauthError('invalid_scope', 'more is asked for than may be granted')
  return scopes
}
