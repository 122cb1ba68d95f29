import type { DecisionPoint } from '../kernel/access.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Aim } from './aim.ts'
import { isOffered } from './check-scope.ts'
import { type Known, usable, WITHOUT_SCHEMA } from './known.ts'
import { type ListOptions, listedTarget } from './lists.ts'
import type { ListKind } from './methods.ts'
import { accessRequest, type CredentialOf } from './see.ts'

interface ShownOptions {
  readonly catalog: { tool(server: string, name: string): Known | undefined }
  readonly policies: () => DecisionPoint
  readonly now: Clock
  readonly enforces?: (server: string) => boolean
  readonly credential?: CredentialOf
}

/** The same decision as for the call, over all arguments that it could have. */
export function shown(
  { catalog, policies, now, enforces, credential }: ShownOptions,
  exchange: Exchange,
  server: string,
  list: ListKind,
  item: Parameters<ListOptions['visible']>[3],
): boolean {
  const { kind, name } = listedTarget(list, item)
  const known = kind === 'tool' ? catalog.tool(server, name) : WITHOUT_SCHEMA
  if (!known || !usable(known, exchange)) return false
  const action = kind === 'tool' ? 'call' : kind === 'prompt' ? 'get' : 'read'
  const aim: Aim = { exchange, action, server, kind, name, arguments: {}, params: {} }
  const request = accessRequest({ now, ...(credential && { credential }) }, aim, known)
  // The scope holds at servers that are only observed, too: it is the person's own word.
  if (!isOffered(request)) return false
  return enforces?.(server) === false || policies().visible(request)
}
