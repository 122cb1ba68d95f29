import { GatewayError } from '../../kernel/errors.ts'
import type { Response } from '../../mcp/message.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { losslessResult } from '../lossless.ts'
import { maskParams } from './capabilities.ts'
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
  const { exchange, binding } = outgoing
  const params = maskParams(unsealed(speech, outgoing))
  const unchanged = params === exchange.request.params && outgoing.id === exchange.request.id
  const response = await link.request({
    request: { kind: 'request', id: outgoing.id, method: outgoing.method, params },
    ...(unchanged ? { text: exchange.text } : {}),
    headers: exchange.headers,
    signal: exchange.cancelled,
    timeout: outgoing.timeout,
    onNotification: outgoing.notify,
    onRequest: async ({ id, method }) => ({
      kind: 'error',
      id,
      error: { code: -32601, message: `no \`${method}\` from a server in 2026-07-28` },
    }),
  })
  if (response.kind === 'error') return response
  const { resultType, requestState } = response.result
  if (resultType === 'task')
    throw new GatewayError('upstream_malformed', 'the server answered with a task')
  if (resultType !== 'input_required' || typeof requestState !== 'string') return response
  const sealed = speech.seal.seal({ upstream: requestState }, binding())
  const result = { ...losslessResult(response), requestState: sealed }
  return { kind: 'result', id: response.id, result }
}

function unsealed(speech: Speech, { params, binding }: Outgoing): Outgoing['params'] {
  const given = params['requestState']
  if (given === undefined) return params
  const { upstream } = speech.seal.open(typeof given === 'string' ? given : '', binding())
  if (upstream === undefined) {
    throw new GatewayError('request_state_invalid', 'requestState is not valid for this request')
  }
  return { ...params, requestState: upstream }
}
