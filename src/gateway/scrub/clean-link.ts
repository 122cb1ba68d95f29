import type { JsonObject } from '../../kernel/json.ts'
import type { Notification, Request, Response } from '../../mcp/message.ts'
import type { Link, LinkListener, Outbound } from '../../mcp/upstream/link.ts'
import type { Lease } from '../../mcp/upstream/pool.ts'
import { holdsCredential, type Scrubber, type Spot } from './scrubber.ts'

/** A link over which no credential of ours comes in, nor goes out in a message. */
export function cleanLink(link: Link, server: string, scrubber: Scrubber): Link {
  const spot: Spot = { server, target: '' }
  return {
    era: link.era,
    get claims() {
      return scrubber.clean(link.claims as unknown as JsonObject, spot) as unknown as Link['claims']
    },
    closed: link.closed,
    close: () => link.close(),
    async notify(notification) {
      if (scrubber.leaks(notification.params, spot))
        throw holdsCredential('notification', 'a notification holds')
      await link.notify(notification)
    },
    async request(outbound) {
      const about = { server, target: targetOf(outbound.request) }
      checkOutbound(outbound, about, scrubber)
      try {
        const answer = await link.request({
          ...outbound,
          ...cleanListener(outbound, about, scrubber),
        })
        return scrubber.response(answer, about)
      } catch (thrown) {
        throw scrubber.failure(thrown, about)
      }
    },
  }
}

/** What hears a server, told and asked nothing that holds a credential, and answering nothing that does. */
export function cleanListener(
  { onNotification, onRequest }: LinkListener,
  spot: Spot,
  scrubber: Scrubber,
): LinkListener {
  return {
    onNotification: (notification) => onNotification(cleaned(notification, spot, scrubber)),
    onRequest: async (request) => {
      const answer = await onRequest(cleaned(request, spot, scrubber))
      return checkedAnswer(answer, spot, scrubber)
    },
  }
}

function cleaned<Message extends Notification | Request>(
  message: Message,
  spot: Spot,
  scrubber: Scrubber,
): Message {
  const params = scrubber.clean(message.params, spot)
  return params === message.params ? message : { ...message, params }
}

function checkOutbound({ request, headers = {} }: Outbound, spot: Spot, scrubber: Scrubber): void {
  if (scrubber.leaks(request.params, spot) || scrubber.leaks({ ...headers }, spot))
    throw holdsCredential('arguments', 'the arguments hold')
}

function checkedAnswer(answer: Response, spot: Spot, scrubber: Scrubber): Response {
  const said = answer.kind === 'result' ? answer.result : { ...answer.error }
  if (!scrubber.leaks(said as JsonObject, spot)) return answer
  const { message } = holdsCredential('answer', 'the answer to a question of the server holds')
  return { kind: 'error', id: answer.id, error: { code: -32603, message } }
}

function targetOf({ params }: Request): string {
  const { name, uri } = params ?? {}
  return typeof name === 'string' ? name : typeof uri === 'string' ? uri : ''
}

/** Makes leases of clean links: of the same link, the same one. */
export function cleanLinks(
  scrubber: Scrubber | undefined,
): (opening: Promise<Lease>, server: string) => Promise<Lease> {
  if (scrubber === undefined) return (opening) => opening
  const known = new WeakMap<Link, Link>()
  return async (opening, server) => {
    const lease = await opening.catch((thrown: unknown) => {
      throw scrubber.failure(thrown, { server, target: '' })
    })
    const link = known.get(lease.link) ?? cleanLink(lease.link, server, scrubber)
    known.set(lease.link, link)
    return { link, release: () => lease.release() }
  }
}
