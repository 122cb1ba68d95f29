import type { Request, Response } from '../../mcp/message.ts'

/** The answer to a server's request that nobody here takes. */
export async function refuse({ id, method }: Request): Promise<Response> {
  return { kind: 'error', id, error: { code: -32601, message: `\`${method}\` is not taken here` } }
}
