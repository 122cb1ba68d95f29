import type { Obligations } from '../kernel/access.ts'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Response, ResultResponse } from '../mcp/message.ts'

const REDACTED = '[redacted]'

/**
 * Does to an answer what the permit demands: members are taken out, marks are put on. Errors pass,
 * for they hold nothing of the tool's data.
 *
 * @throws GatewayError `result_withheld` when members must be taken out of a result in which they
 *   cannot be found, such as free text.
 */
export function oblige(response: Response, obligations: Obligations | undefined): Response {
  if (obligations === undefined || response.kind !== 'result') return response
  const { redact, mark } = obligations
  const redacted = redact.length > 0 ? redactResult(response, new Set(redact)) : response
  return mark.length > 0 ? marked(redacted, mark) : redacted
}

function marked(response: ResultResponse, marks: readonly string[]): ResultResponse {
  const { resultText: _, ...rest } = response
  const meta = response.result['_meta']
  const _meta = { ...(isObject(meta) ? meta : {}), 'dev.bailiwick/marks': [...marks] }
  return { ...rest, result: { ...response.result, _meta } }
}

function redactResult(response: ResultResponse, names: ReadonlySet<string>): ResultResponse {
  const { resultText: _, ...rest } = response
  const { content, structuredContent, ...others } = response.result
  const blocks: readonly Json[] = Array.isArray(content) ? content : []
  const result: JsonObject = {
    ...others,
    ...(content === undefined ? {} : { content: blocks.map((block) => redactBlock(block, names)) }),
    ...(structuredContent === undefined
      ? {}
      : { structuredContent: without(structuredContent, names) }),
  }
  return { ...rest, result }
}

/** Only text that is JSON shows where its members are. */
function redactBlock(block: Json, names: ReadonlySet<string>): Json {
  if (!isObject(block) || block['type'] !== 'text' || typeof block['text'] !== 'string')
    throw withheld('a content block is not text')
  try {
    const value: Json = JSON.parse(block['text'])
    if (typeof value === 'object') return { ...block, text: JSON.stringify(without(value, names)) }
  } catch (cause) {
    throw withheld('a content block is not JSON', cause)
  }
  throw withheld('a content block is not an object or a list')
}

function without(value: Json, names: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((item: Json) => without(item, names))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      names.has(name) || member === undefined ? REDACTED : without(member, names),
    ]),
  )
}

function withheld(detail: string, cause?: unknown): GatewayError {
  const message = 'parts of the result must be taken out, and cannot be found in it'
  return new GatewayError('result_withheld', message, { detail, cause })
}
