import type { JsonObject } from '../../kernel/json.ts'
import type { Message, Request, RequestId, Response } from '../message.ts'

/**
 * Writes a message as JSON-RPC 2.0 on one line, so that it fits every transport. A result that
 * nobody changed is written as it arrived (`resultText`), whatever its numbers.
 */
export function messageText(message: Message): string {
  switch (message.kind) {
    case 'request':
      return `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},${methodText(message)}}`
    case 'notification':
      return `{"jsonrpc":"2.0",${methodText(message)}}`
    case 'result': {
      const result = message.resultText ?? JSON.stringify(message.result)
      return `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":${oneLine(result)}}`
    }
    case 'error': {
      const error = JSON.stringify(message.error)
      return `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"error":${error}}`
    }
  }
}

/** The same message under another id, for a relay that numbers its own requests. */
export function withId<M extends Request | Response>(message: M, id: RequestId): M {
  return { ...message, id }
}

/**
 * A JSON text on one line, as stdio wants it. Lossless: inside a string JSON has no line breaks,
 * outside they are white space.
 */
export function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]/g, ' ') : text
}

function methodText(message: { readonly method: string; readonly params: JsonObject | undefined }) {
  const method = `"method":${JSON.stringify(message.method)}`
  return message.params === undefined
    ? method
    : `${method},"params":${JSON.stringify(message.params)}`
}
