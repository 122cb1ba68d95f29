import type { Target } from '../kernel/access.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import { losslessResult } from './lossless.ts'

/**
 * The decoy that results of a tool carry for one principal, the same every time; undefined: none. Whoever
 * sends it anywhere has taken it from there.
 */
export type Decoy = (about: {
  /** `user:id` or `agent:id`. */
  readonly principal: string
  readonly server: string
  readonly tool: string
}) => Promise<string | undefined>

/** What the planting of a decoy depends on. */
export interface PlantOptions {
  readonly decoy?: Decoy
  readonly log: (message: string, cause?: unknown) => void
}

/**
 * Puts a decoy into the answer of a tool, as a text of its own: structured content stays as it is. Only into
 * answers that hold what was asked for. A decoy that cannot be had is no reason to keep an answer back.
 */
export async function plant(
  { decoy, log }: PlantOptions,
  { request }: Exchange,
  target: Pick<Target, 'server' | 'name'>,
  principal: string,
  response: Response,
): Promise<Response> {
  if (decoy === undefined || request.method !== 'tools/call' || response.kind === 'error')
    return response
  const { content, isError, resultType } = response.result
  if (!Array.isArray(content) || isError === true || resultType === 'input_required')
    return response
  try {
    const value = await decoy({ principal, server: target.server, tool: target.name })
    if (value === undefined) return response
    const text = `Kept for audits, of no use to anybody: ${value}`
    const exact = losslessResult(response)
    const blocks = Array.isArray(exact['content']) ? exact['content'] : content
    const result = { ...exact, content: [...blocks, { type: 'text', text }] }
    return { kind: 'result', id: response.id, result }
  } catch (cause) {
    log(`no decoy could be planted in a result of server \`${target.server}\``, cause)
    return response
  }
}
