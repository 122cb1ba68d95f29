import type { Classification, Target } from '../kernel/access.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { AnalysisSubject } from '../kernel/facts.ts'
import type { ArgumentRole, FieldHints, RoleHints } from '../kernel/flow.ts'
import type { Digest } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import { checkParamHeaders, type ParamHeaders } from '../mcp/wire/param-headers.ts'
import type { Aim } from './aim.ts'
import type { UpstreamServer } from './watched-links.ts'

/** What the operator knows of a target before it is used. */
export interface Known {
  readonly classification: Classification
  /** Digest of the definition in force; undefined for targets that have none (a resource by URI). */
  readonly definition: Digest | undefined
  /** The arguments that headers repeat (`x-mcp-header`). */
  readonly paramHeaders: ParamHeaders
  /** What analysers are told of the tool; undefined for targets without arguments of their own. */
  readonly analysis: AnalysisSubject | undefined
  /**
   * For a virtual tool: the call of the tool that it narrows, with the arguments that this one gets.
   *
   * @throws GatewayError `arguments_invalid` when a value does not fit its place there.
   */
  readonly forward?: (aim: Aim) => Aim
  /** For a virtual tool: the tool that it narrows. */
  readonly of?: Target['of']
  /** What the operator says of the roles of arguments; absent: nothing. */
  readonly roles?: RoleHints | undefined
  /** Who writes which field of what it returns, where the operator says so; absent: nothing. */
  readonly fields?: FieldHints | undefined
  /** For a virtual tool: the arguments that headers repeat at the tool that it narrows. */
  readonly forwardedHeaders?: ParamHeaders
  /** What is wrong with these arguments, in public words. Empty: nothing. */
  readonly violations: (args: JsonObject) => readonly string[]
  /** What is wrong with this result, in words for the log. Empty: nothing. */
  readonly flaws: (result: JsonObject) => readonly string[]
}

/** What is known of resources and prompts: they are read, whatever their server says of them. */
const READ: Classification = {
  effects: ['read'],
  reversible: true,
  risk: 'low',
  reads: [],
  trust: 'untrusted',
  source: 'inferred',
  confidence: 'high',
}

/** Known of a target without a definition. */
export const WITHOUT_SCHEMA: Known = {
  classification: READ,
  definition: undefined,
  paramHeaders: { kind: 'valid', headers: [] },
  analysis: undefined,
  violations: () => [],
  flaws: () => [],
}

/** A URI is looked at as what it is: nobody says that it must be one that is fetched. */
const URI_HINTS = { uri: { kind: 'text' } } as const

/**
 * Known of a prompt or a resource that is asked for: no schema, but what the caller says of it is
 * analysed as the arguments of a tool are. A resource's URI stands there as `uri`.
 */
export function plainTarget(aim: Aim, { name, transport }: UpstreamServer): Known {
  if (aim.action === 'complete') return WITHOUT_SCHEMA
  const cwd = transport.kind === 'stdio' ? transport.cwd : undefined
  return {
    ...WITHOUT_SCHEMA,
    ...(aim.kind === 'resource' ? { roles: { uri: roleOfUri(aim.name) } } : {}),
    analysis: {
      server: name,
      inputSchema: undefined,
      hints: aim.kind === 'resource' ? URI_HINTS : {},
      local: transport.kind === 'stdio',
      ...(cwd === undefined ? {} : { cwd }),
    },
  }
}

/** A URI says which thing is meant; one of the web also says where its server goes. */
function roleOfUri(uri: string): ArgumentRole {
  return /^\s*(https?|wss?):/i.test(uri) ? 'destination' : 'selector'
}

/** What analysers look at of a call. */
export function analysedOf(aim: Aim): JsonObject {
  return aim.kind === 'resource' ? { uri: aim.name } : aim.arguments
}

/**
 * Whether a client may use a tool at all: modern clients come over HTTP, where a tool whose header
 * annotations are invalid does not exist (2026-07-28, Streamable HTTP, "Custom Headers").
 */
export function usable(known: Known, { conversation }: Pick<Exchange, 'conversation'>): boolean {
  return conversation.era === 'legacy' || known.paramHeaders.kind === 'valid'
}

/**
 * Holds the `mcp-param-*` headers of a modern call against its arguments.
 *
 * @throws GatewayError `header_mismatch`; `definition_unsupported` for a tool that is not usable.
 */
export function checkCallHeaders(known: Known, exchange: Exchange, args: JsonObject): void {
  if (exchange.conversation.era === 'legacy') return
  const { paramHeaders } = known
  if (paramHeaders.kind === 'invalid') throw invalidAnnotations(paramHeaders.reason)
  checkParamHeaders(exchange.headers, paramHeaders.headers, args)
}

/** @param reason why, in the server's words: for the log only. */
export function invalidAnnotations(reason: string): GatewayError {
  const message = 'the tool cannot be called: its definition has invalid header annotations'
  return new GatewayError('definition_unsupported', message, { detail: reason })
}
