import { ERRORS, toGatewayError } from '../../kernel/errors.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import type { RequestId } from '../../mcp/message.ts'
import { messageText } from '../../mcp/wire/serialize.ts'
import { CommandError } from '../command-error.ts'

/** The host's side: standard output and standard error. */
export interface Host {
  /** Writes one message; resolves when the host keeps up. */
  write(text: string): Promise<void>
  /** For the person who reads the host's log. */
  talk(text: string): void
  /** Something that no later message can repair: nobody signed in, or the sign-in is not accepted. */
  fail(error: CommandError): void
}

/** Answers a request of the host, or a line that could not be read, with what went wrong. */
export async function answerError(
  host: Host,
  id: RequestId | null,
  thrown: unknown,
): Promise<void> {
  if (thrown instanceof CommandError && thrown.exit === 'authentication') host.fail(thrown)
  await host.write(errorText(id, thrown))
}

function errorText(id: RequestId | null, thrown: unknown): string {
  if (thrown instanceof CommandError) {
    const message = thrown.fix === undefined ? thrown.message : `${thrown.message}; ${thrown.fix}`
    const code = ERRORS.upstream_unreachable.rpc
    return messageText({ kind: 'error', id, error: { code, message } })
  }
  const { code, message, data } = toGatewayError(thrown)
  const error = { code: ERRORS[code].rpc, message, ...(data === undefined ? {} : { data }) }
  return messageText({ kind: 'error', id, error: error as { code: number; message: string } })
}

/**
 * An answer that HTTP marked as failed, under the id of its request: the gateway cannot always know
 * the id, and a host that waits for it must hear of it.
 */
export function withRequestId(text: string, id: RequestId): string {
  const value = parsed(text)
  if (!isObject(value)) return text
  return value['id'] === id ? text : JSON.stringify({ ...value, id })
}

/** The error code of an answer; undefined when it is none. */
export function errorCode(text: string): Json | undefined {
  const value = parsed(text)
  const error = isObject(value) ? value['error'] : undefined
  return isObject(error) ? error['code'] : undefined
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
