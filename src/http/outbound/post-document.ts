import type { IncomingMessage } from 'node:http'
import type { PostAnswer, PostDocument } from '../../kernel/post-document.ts'
import { askOver, readText } from './ask.ts'
import { secure } from './dial.ts'
import { connect, type OutboundOptions } from './fetch-document.ts'
import { ownPlaceOf, placeOf } from './place.ts'

/** The longest that a host may ask us to stay away, in seconds. */
const LONGEST = 24 * 60 * 60

/**
 * Sends documents to addresses that the operator wrote down or that others answered with, under the rules
 * by which documents are fetched. Plain HTTP reaches nothing but this machine, under its own names.
 */
export function createPostDocument(options: OutboundOptions = {}): PostDocument {
  const { named = () => false, authorities } = options
  return async (url, { type, body, headers = {} }, { maxBytes, timeout }) => {
    const own = ownPlaceOf(url, named)
    const place = own ?? placeOf(url, named)
    const signal = AbortSignal.timeout(timeout)
    const reach = own === undefined ? (place.named ? 'named' : 'public') : 'own'
    const socket = await connect(place, options, signal, reach)
    const connection = own === undefined ? secure(socket, place, authorities) : socket
    const question = {
      method: 'POST',
      headers: {
        ...headers,
        accept: '*/*',
        'content-type': type,
        'content-length': String(Buffer.byteLength(body)),
      },
      body,
      plain: own !== undefined,
    } as const
    return askOver(place, connection, question, signal, (response) =>
      readAnswer(response, maxBytes),
    )
  }
}

/** The status is the answer: what cannot be read of the rest does not make it another one. */
async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<PostAnswer> {
  const { statusCode: status = 0, headers } = response
  const retryAfter = retryAfterOf(headers['retry-after'])
  const isPlain = (headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity'
  const isGood = status >= 200 && status < 300 && isPlain
  const text = isGood ? await readText(response, maxBytes).catch(() => '') : ''
  return { status, text, ...(retryAfter === undefined ? {} : { retryAfter }) }
}

/** Dates are not read: their clocks are not ours. */
function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return undefined
  return Math.min(Number(header), LONGEST) * 1_000
}
