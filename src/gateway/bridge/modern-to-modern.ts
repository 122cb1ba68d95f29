import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Response } from '../../mcp/message.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { losslessResult } from '../lossless.ts'
import { readModernAnswer } from './modern-answer.ts'
import { refuse } from './refuse.ts'
import type { Outgoing, Speech } from './speak.ts'

/**
 * Same era, 2026-07-28: the request goes out as it came in, byte for byte where nothing had to
 * change. Only `requestState` is ours to the client and the server's own to the server.
 */
export async function speakModern(
  speech: Speech,
  link: Link,
  outgoing: Outgoing,
): Promise<Response> {
  const { exchange, id, method, binding } = outgoing
  const params = unsealed(speech, outgoing)
  const text = params === outgoing.params ? outgoing.text : undefined
  const response = await link.request({
    request: { kind: 'request', id, method, params },
    ...(text === undefined ? {} : { text }),
    headers: outgoing.headers(),
    signal: exchange.cancelled,
    timeout: outgoing.timeout,
    onNotification: outgoing.notify,
    onRequest: refuse,
  })
  const answer = readModernAnswer(response, method, exchange.conversation.capabilities)
  if (answer.kind !== 'asks' || answer.requestState === undefined) return answer.response
  const sealed = speech.seal.seal({ upstream: answer.requestState }, binding())
  const result = { ...losslessResult(answer.response), requestState: sealed }
  return { kind: 'result', id: answer.response.id, result }
}

function unsealed(speech: Speech, { params, binding }: Outgoing): JsonObject {
  const given = params['requestState']
  if (given === undefined) return params
  const { upstream } = speech.seal.open(typeof given === 'string' ? given : '', binding())
  if (upstream === undefined) {
    throw new GatewayError('request_state_invalid', 'requestState is not valid for this request')
  }
  return { ...params, requestState: upstream }
}
