import { toGatewayError } from '../kernel/errors.ts'
import { classify } from '../mcp/wire/classify.ts'
import { checkHeaders } from '../mcp/wire/headers.ts'
import type { ClientMessage } from '../mcp/wire/parse-message.ts'
import { parseClientMessage } from '../mcp/wire/parse-message.ts'
import { checkMediaTypes, readBody } from './body.ts'
import { takeLegacy } from './legacy.ts'
import { initializeLegacy } from './legacy-initialize.ts'
import { answerModern, takeModern } from './modern.ts'
import { refuse } from './refuse.ts'
import type { Incoming, Site } from './site.ts'

/**
 * Takes a POST: one message of one era. What it says is read from its body alone; headers that
 * repeat it must be true.
 *
 * @throws GatewayError for a body that cannot be read as a message; whatever goes wrong later is
 *   answered here, under the id of the message.
 */
export async function takePost(site: Site, incoming: Incoming): Promise<void> {
  const { request, response } = incoming
  checkMediaTypes(request)
  const client = parseClientMessage(await readBody(request, response, site.limits.maxBody))
  try {
    await takeMessage(site, incoming, client)
  } catch (thrown) {
    const { message } = client
    const id = message.kind === 'request' ? message.id : null
    refuse(site, request, response, thrown, incoming.challenge(toGatewayError(thrown)), id)
  }
}

async function takeMessage(
  site: Site,
  incoming: Incoming,
  { message, text }: ClientMessage,
): Promise<void> {
  const { headers } = incoming.request
  const classified = classify(message, headers)
  if (message.kind === 'request' || message.kind === 'notification')
    checkHeaders(headers, message, classified.revision)
  if (classified.era === 'legacy') {
    if (message.kind === 'request' && message.method === 'initialize')
      return initializeLegacy(site, incoming, message, text, classified.revision)
    return takeLegacy(site, incoming, message, text)
  }
  if (message.kind === 'request')
    return answerModern(site, incoming, message, text, classified.envelope)
  if (message.kind === 'notification') takeModern(site, incoming, message, classified.envelope)
}
