import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import { META, type Revision } from '../../mcp/revision.ts'
import { type FakeDesk, fakeDesk, liftedBy, SELF } from './approvals.ts'
import { ask, type FakeServer, toolServer, type World, world } from './world.ts'

export const FORM: JsonObject = { elicitation: { form: {} } }
export const BOTH: JsonObject = { elicitation: { form: {}, url: {} } }
export const KEY = 'bailiwick/approval'

export interface ApprovalWorld extends World {
  readonly desk: FakeDesk
}

type Options = Partial<Parameters<typeof world>[0]> & {
  readonly desk?: FakeDesk
  readonly hold?: number
}

/** A gateway before one server `files`, whose tools need a human: the one at the client, unless told. */
export function approvalWorld({
  desk = fakeDesk(),
  hold = 30,
  ...more
}: Options = {}): ApprovalWorld {
  const approvalUrl = (id: string): string => `https://bw.example/console/approvals/${id}`
  const made = world({
    servers: { files: toolServer('2026-07-28', ['wipe', 'read']) },
    policy: liftedBy(SELF),
    approvals: { approvals: desk, approvalUrl, hold },
    ...more,
  })
  return { ...made, desk }
}

/** A call of `wipe`, which destroys `/a`, unless told. */
export function call(
  revision: Revision,
  capabilities: JsonObject,
  params: JsonObject = {},
  overrides: Parameters<typeof ask>[4] = {},
): Exchange {
  const modern = revision === '2026-07-28'
  const { _meta: meta = {}, ...rest } = params
  const envelope = modern
    ? {
        [META.protocolVersion]: revision,
        [META.clientInfo]: { name: 'test', version: '1' },
        [META.clientCapabilities]: capabilities,
      }
    : {}
  const _meta = { ...envelope, ...(meta as JsonObject) }
  const { who, ...others } = overrides
  return ask(
    revision,
    'files',
    'tools/call',
    {
      name: 'wipe',
      arguments: { path: '/a' },
      ...rest,
      ...(Object.keys(_meta).length > 0 ? { _meta } : {}),
    },
    { ...others, who: { capabilities, ...who } },
  )
}

/** The call's next round, with an answer to our question unless told. */
export function retry(
  answer: Response,
  reply: JsonObject | undefined,
  capabilities: JsonObject = FORM,
  params: JsonObject = {},
): Exchange {
  const { requestState } = resultOf(answer)
  const inputResponses = reply === undefined ? {} : { inputResponses: { [KEY]: reply } }
  return call('2026-07-28', capabilities, { requestState, ...inputResponses, ...params })
}

export function accept(decision: string): JsonObject {
  return { action: 'accept', content: { decision } }
}

export function resultOf(response: Response): JsonObject {
  if (response.kind === 'error') throw new Error(JSON.stringify(response.error))
  return response.result
}

/** What a gateway decided, for programs. */
export function decisionOf(response: Response): JsonObject {
  const meta = resultOf(response)['_meta'] as JsonObject
  return meta['dev.bailiwick/decision'] as JsonObject
}

/** Arguments of the calls that reached the server. */
export function ran(made: World): readonly unknown[] {
  return made
    .reached()
    .filter(({ request }) => request.method === 'tools/call')
    .map(({ request }) => request.params?.['arguments'])
}

/** A server whose tool asks once, by rounds, before it acts. */
export function askingServer(acted: JsonObject[], asks: JsonObject): FakeServer {
  const plain = toolServer('2026-07-28', ['wipe'])
  return {
    ...plain,
    logic(outbound) {
      const { method, params = {} } = outbound.request
      if (method !== 'tools/call') return plain.logic(outbound)
      if (params['inputResponses'] === undefined) return { resultType: 'input_required', ...asks }
      acted.push(params)
      return { resultType: 'complete', content: [] }
    },
  }
}
