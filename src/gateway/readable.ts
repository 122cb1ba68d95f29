import type { Exchange } from '../mcp/exchange.ts'
import type { Request } from '../mcp/message.ts'
import type { Aim } from './aim.ts'
import { emptyResult } from './answer.ts'
import { answerCall, type Stages } from './pipeline.ts'

/** Decides and records, as a read, that a subject may follow a URI. */
export async function readable(
  stages: Stages,
  exchange: Exchange,
  server: string,
  uri: string,
): Promise<boolean> {
  const params = { uri }
  const request: Request = { ...exchange.request, method: 'resources/subscribe', params }
  const asked: Exchange = { ...exchange, request }
  const aim: Aim = {
    exchange: asked,
    action: 'read',
    server,
    kind: 'resource',
    name: uri,
    arguments: {},
    params,
  }
  const dry: Stages = {
    ...stages,
    // Nobody is asked for what may be read later: that read is decided for itself.
    approve: { ...stages.approve, ask: async () => undefined },
    aim: async () => aim,
    dispatch: async () => emptyResult(request, 'modern'),
  }
  return (await answerCall(dry, asked, 'read')).kind === 'result'
}
