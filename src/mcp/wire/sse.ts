import { GatewayError } from '../../kernel/errors.ts'

/** An event to write. */
export interface OutgoingEvent {
  readonly data: string
  /** Absent: `message`. */
  readonly event?: string
  readonly id?: string
  /** Milliseconds that the reader shall wait before it connects again. */
  readonly retry?: number
}

/** An event that was read. */
export interface SseEvent {
  /** The event's type; `message` when the stream named none. */
  readonly event: string
  readonly data: string
  /** The last event id that the stream has set, here or earlier; empty when none. */
  readonly id: string
}

/** Reads a stream of events chunk by chunk. */
export interface SseDecoder {
  /**
   * Takes the next bytes; gives the events that they complete. What the end of a stream leaves
   * incomplete is no event.
   *
   * @throws GatewayError `upstream_too_large`, `upstream_malformed` (not UTF-8); the stream is of
   *   no further use then.
   */
  push(chunk: Uint8Array): readonly SseEvent[]
  /** The id of the last whole block, with data or without, for `Last-Event-ID`. */
  lastEventId(): string
  /** Milliseconds to wait before connecting again, when the stream said so. */
  retry(): number | undefined
}

const BREAKS = /\r\n|\r|\n/
const LONGEST_PREFIX = 'retry: '.length

/**
 * Writes one event (WHATWG HTML, "Server-sent events"). Data of several lines arrives with its
 * line breaks as LF.
 *
 * @throws GatewayError `internal` for an id or type that would break out of its line.
 */
export function encodeEvent({ data, event, id, retry }: OutgoingEvent): string {
  let text = ''
  if (event !== undefined) text += `event: ${inLine(event)}\n`
  if (id !== undefined) text += `id: ${inLine(id)}\n`
  if (retry !== undefined) text += `retry: ${Math.max(0, Math.trunc(retry))}\n`
  if (!BREAKS.test(data)) return `${text}data: ${data}\n\n`
  for (const line of data.split(BREAKS)) text += `data: ${line}\n`
  return `${text}\n`
}

/** Writes a comment: readers skip it, but the connection is seen to be alive. */
export function encodeComment(comment: string): string {
  return `: ${inLine(comment)}\n\n`
}

function inLine(text: string): string {
  if (!/[\r\n\0]/.test(text)) return text
  throw new GatewayError('internal', 'internal error', { detail: 'line break in an event field' })
}

/**
 * Makes a decoder of event streams (WHATWG HTML, "Parsing an event stream"), except that bytes
 * which are not UTF-8 are refused, not replaced. Chunks may end anywhere. Linear; holds at most
 * one unfinished event.
 *
 * @param maxEvent the largest event, in characters of the stream (of which a text has at most as
 *   many as bytes), beside the names of its fields.
 */
export function createSseDecoder(maxEvent: number): SseDecoder {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const split = createLineSplitter(maxEvent + LONGEST_PREFIX)
  let type = ''
  let data: string[] = []
  let size = 0
  let id = ''
  let lastEventId = ''
  let retry: number | undefined

  const dispatch = (): SseEvent | undefined => {
    const event =
      data.length > 0 ? { event: type || 'message', data: data.join('\n'), id } : undefined
    type = ''
    data = []
    size = 0
    lastEventId = id
    return event
  }
  const addData = (line: string): void => {
    // A line costs memory even when it is empty.
    size += line.length + (data.length > 0 ? LONGEST_PREFIX : 0)
    if (size > maxEvent) throw tooLarge(maxEvent)
    data.push(line)
  }
  const setField = (name: string, value: string): void => {
    switch (name) {
      case 'data':
        addData(value)
        break
      case 'event':
        type = value
        break
      case 'id':
        if (!value.includes('\0')) id = value
        break
      case 'retry':
        if (/^\d{1,15}$/.test(value)) retry = Number(value)
        break
      default:
    }
  }
  const readLine = (line: string): SseEvent | undefined => {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    if (colon === -1) setField(line, '')
    else if (colon > 0) {
      const start = line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1
      setField(line.slice(0, colon), line.slice(start))
    }
    return undefined
  }
  return {
    push: (chunk) => {
      const events: SseEvent[] = []
      for (const line of split(decode(utf8, chunk))) {
        const event = readLine(line)
        if (event !== undefined) events.push(event)
      }
      return events
    },
    lastEventId: () => lastEventId,
    retry: () => retry,
  }
}

function decode(utf8: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
  try {
    return utf8.decode(chunk, { stream: true })
  } catch (cause) {
    throw notUtf8(cause)
  }
}

/** Splits a text that comes in pieces at CRLF, LF and CR; looks at each character once. */
function createLineSplitter(maxLine: number): (piece: string) => readonly string[] {
  let pending = ''
  let afterCr = false
  return (piece) => {
    // The LF of a CRLF whose CR ended the piece before.
    const rest = afterCr && piece.startsWith('\n') ? piece.slice(1) : piece
    if (piece !== '') afterCr = piece.endsWith('\r')
    const [first = '', ...others] = rest.split(rest.includes('\r') ? BREAKS : '\n')
    const lines = [pending + first, ...others]
    pending = lines.pop() ?? ''
    for (const line of lines) checkLength(line, maxLine)
    checkLength(pending, maxLine)
    return lines
  }
}

function checkLength(line: string, most: number): void {
  if (line.length > most) throw tooLarge(most)
}

function notUtf8(cause: unknown): GatewayError {
  return new GatewayError('upstream_malformed', 'the event stream is not UTF-8', { cause })
}

function tooLarge(most: number): GatewayError {
  return new GatewayError(
    'upstream_too_large',
    `an event of the stream is larger than ${most} characters`,
  )
}
