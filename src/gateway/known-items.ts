import { GatewayError } from '../kernel/errors.ts'
import type { PinStatus } from '../kernel/pins.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Aim } from './aim.ts'
import type { Known } from './known.ts'
import type { ListKind } from './methods.ts'
import { templateFits } from './owners.ts'
import type { Recheck } from './recheck.ts'

/** What a server lists, as far as it may be used. */
export interface KnownItems {
  /**
   * Gives what is known of the target of a call, once its server has listed it as it is now.
   *
   * @throws GatewayError `definition_quarantined` for what nobody approved, `tool_unknown`,
   *   `prompt_unknown`, or why the server could not list it.
   */
  resolve(aim: Aim): Promise<Known>
}

export interface KnownItemsOptions {
  readonly recheck: Pick<Recheck, 'current'>
  /** Finds a tool that was listed and is approved. */
  readonly tool: (server: string, name: string) => Known | undefined
  /** What people decided on an item that its server lists; undefined for what it does not list. */
  readonly standing: (server: string, kind: ListKind, name: string) => PinStatus | undefined
  /** The templates that a server lists, whatever was decided on them. */
  readonly templates: (server: string) => readonly string[]
  /** The server that lists what a tool is made of: its own; undefined for a tool that cannot be. */
  readonly sourceOf: (server: string, name: string) => string | undefined
  /** What is known of prompts and resources. */
  readonly plain: (aim: Aim) => Known
}

const LISTS = {
  prompt: ['prompts'],
  resource: ['resources', 'resourceTemplates'],
} as const satisfies Record<'prompt' | 'resource', readonly ListKind[]>

/** Makes it. See {@link KnownItems}. */
export function knownItems(options: KnownItemsOptions): KnownItems {
  const { recheck, tool, standing, sourceOf, plain } = options
  const resolveTool = async ({ exchange, server, name }: Aim): Promise<Known> => {
    const source = sourceOf(server, name)
    if (source === undefined) throw unknown('tool', exchange)
    return recheck.current(exchange, source, ['tools'], () => {
      check('tool', exchange, standing(server, 'tools', name))
      const known = tool(server, name)
      if (known === undefined) throw unknown('tool', exchange)
      return known
    })
  }
  return {
    async resolve(aim) {
      const { exchange, server, kind, name } = aim
      if (kind === 'tool') return resolveTool(aim)
      return recheck.current(exchange, server, LISTS[kind], () => {
        if (kind === 'resource') checkResource(options, aim)
        else check(kind, exchange, standing(server, 'prompts', name) ?? 'unlisted')
        return plain(aim)
      })
    },
  }
}

/**
 * A URI need not be listed: then policy alone says whether it may be read. What is listed, itself or by
 * a template, is read only as it was approved.
 */
function checkResource(
  { standing, templates }: KnownItemsOptions,
  { exchange, server, name }: Aim,
): void {
  const own = standing(server, 'resources', name) ?? standing(server, 'resourceTemplates', name)
  if (own !== undefined) {
    check('resource', exchange, own)
    return
  }
  const fitting = templates(server)
    .filter((template) => templateFits(template)(name))
    .map((template) => standing(server, 'resourceTemplates', template))
  if (!fitting.includes('approved')) check('resource', exchange, fitting[0])
}

const WHY: Readonly<Record<Exclude<PinStatus, 'approved'>, string>> = {
  quarantined: 'is new or has changed, and waits for approval by a person',
  rejected: 'was rejected by a person',
  superseded: 'is not the one that is approved',
}

/** @throws GatewayError unless it is approved; an unlisted resource has no standing. */
function check(
  kind: Aim['kind'],
  exchange: Exchange,
  standing: PinStatus | 'unlisted' | undefined,
): void {
  if (standing === 'unlisted') throw unknown(kind, exchange)
  if (standing === undefined || standing === 'approved') return
  const message = `the definition of ${kind} \`${askedFor(exchange)}\` ${WHY[standing]}`
  throw new GatewayError('definition_quarantined', message, { data: { standing } })
}

function unknown(kind: Aim['kind'], exchange: Exchange): GatewayError {
  return new GatewayError(`${kind}_unknown`, `no ${kind} \`${askedFor(exchange)}\``)
}

/** The name or URI as the client wrote it. */
function askedFor({ request: { params } }: Exchange): string {
  const { name, uri, ref } = params ?? {}
  const of = ref as Readonly<Record<string, unknown>> | undefined
  return String(name ?? uri ?? of?.['name'] ?? of?.['uri'])
}
