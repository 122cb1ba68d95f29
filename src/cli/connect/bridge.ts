import { GatewayError } from '../../kernel/errors.ts'
import type { Message, RequestId } from '../../mcp/message.ts'
import { classify } from '../../mcp/wire/classify.ts'
import { parseClientMessage } from '../../mcp/wire/parse-message.ts'
import { answerError } from './host.ts'
import { createLegacy, type Legacy } from './legacy.ts'
import type { Line } from './line.ts'
import type { Line as LineOfBytes } from './lines.ts'
import { createModern, type Modern } from './modern.ts'

/** Carries the messages of a stdio host to the gateway's Streamable HTTP, and back. */
export interface Bridge {
  /** Takes one line of the host; settles when it is dealt with, and never rejects. */
  take(line: LineOfBytes): Promise<void>
  /** Ends everything: after a grace for answers that are on their way. */
  end(): Promise<void>
}

/** Requests in flight at once; the host is told when it has more. */
const MOST_IN_FLIGHT = 1_000
/** Milliseconds for answers on their way when the host has closed its side. */
const GRACE = 2_000

/**
 * Makes the bridge. Messages are parsed to find their way, and forwarded byte for byte; whoever
 * speaks a modern revision gets one POST per request, everybody else a session.
 */
export function createBridge(line: Line): Bridge {
  const modern = createModern(line)
  const legacy = createLegacy(line)
  const running = new Set<Promise<void>>()
  return {
    async take(bytes) {
      if (running.size >= MOST_IN_FLIGHT) return refuseFlood(line, bytes)
      const run = pass(line, { modern, legacy }, bytes)
      running.add(run)
      await run.finally(() => running.delete(run))
    },
    async end() {
      await Promise.race([Promise.allSettled(running), pause(GRACE)])
      modern.close()
      await legacy.close()
    },
  }
}

async function pass(
  { host, maxMessage }: Line,
  { modern, legacy }: { readonly modern: Modern; readonly legacy: Legacy },
  bytes: LineOfBytes,
): Promise<void> {
  let id: RequestId | null = null
  try {
    if (bytes === undefined)
      throw new GatewayError('body_too_large', `a message has at most ${maxMessage} bytes`)
    const { message } = parseClientMessage(bytes)
    id = message.kind === 'request' ? message.id : null
    if (cancels(message) && modern.cancel(message.params?.['requestId'])) return
    if (message.kind === 'result' || message.kind === 'error') return legacy.take(message, bytes)
    const { era, revision } = classify(message, {})
    if (era === 'legacy') return await legacy.take(message, bytes)
    if (message.kind === 'request') return await modern.request(message, revision, bytes)
    return await modern.notify(message, revision, bytes)
  } catch (error) {
    await answerError(host, id, error)
  }
}

function cancels(message: Message): message is Message & { kind: 'notification' } {
  return message.kind === 'notification' && message.method === 'notifications/cancelled'
}

async function refuseFlood({ host }: Line, bytes: LineOfBytes): Promise<void> {
  const error = new GatewayError('too_many_requests', 'too many requests in flight')
  try {
    const { message } = parseClientMessage(bytes ?? '')
    if (message.kind === 'request') return await answerError(host, message.id, error)
  } catch {
    // Falls through: there is no request to answer.
  }
  host.talk('too many messages in flight; one was dropped')
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}
