import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../kernel/errors.ts'
import { oneLine } from '../mcp/wire/serialize.ts'
import { createSseDecoder } from '../mcp/wire/sse.ts'

/** One message of an answer, on one line, otherwise as it came. */
export interface AnswerMessage {
  readonly text: string
  /** The last event id of a stream; empty when there is none. */
  readonly eventId: string
}

/**
 * Reads the messages of an answer as they come: one of a JSON body, any number of an event stream,
 * none of another body.
 *
 * @param maxMessage bytes.
 * @throws GatewayError `upstream_too_large`, `upstream_malformed`; what the connection throws.
 */
export async function* readAnswer(
  response: IncomingMessage,
  maxMessage: number,
): AsyncGenerator<AnswerMessage, void> {
  const type = response.headers['content-type'] ?? ''
  if (type.startsWith('text/event-stream')) {
    yield* readEvents(response, maxMessage)
  } else if (type.startsWith('application/json')) {
    const text = await readText(response, maxMessage)
    if (text !== '') yield { text: oneLine(text), eventId: '' }
  } else {
    response.resume()
  }
}

async function* readEvents(
  response: IncomingMessage,
  maxMessage: number,
): AsyncGenerator<AnswerMessage, void> {
  const decoder = createSseDecoder(maxMessage)
  for await (const chunk of response) {
    for (const { event, data, id } of decoder.push(chunk)) {
      // An event without data only sets the id to resume from.
      if (event === 'message') yield { text: oneLine(data), eventId: id }
    }
  }
}

async function readText(response: IncomingMessage, maxMessage: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += chunk.length
    if (size > maxMessage)
      throw new GatewayError('upstream_too_large', `the answer is larger than ${maxMessage} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
