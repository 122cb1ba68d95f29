import { GatewayError } from '../kernel/errors.ts'

const MAX_LIMIT = 200
const DEFAULT_LIMIT = 50
const MAX_CURSOR = 1_000

/** Where a list goes on, newest first: after this row. */
export type Position = readonly [created: number, id: string]

/** Which part of a list. */
export interface PageRequest {
  /** 1 to 200; 50 if absent. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly cursor?: string
}

/** @throws GatewayError `params_invalid`. */
export function limitOf({ limit = DEFAULT_LIMIT }: PageRequest): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new GatewayError('params_invalid', `\`limit\` is a number from 1 to ${MAX_LIMIT}`)
  return limit
}

/** @throws GatewayError `params_invalid` for a cursor that was not ours. */
export function positionOf({ cursor }: PageRequest): Position | undefined {
  if (cursor === undefined) return undefined
  try {
    const text = cursor.length > MAX_CURSOR ? '' : Buffer.from(cursor, 'base64url').toString()
    const read: unknown = JSON.parse(text)
    if (Array.isArray(read) && read.length === 2) {
      const [created, id]: readonly unknown[] = read
      // Text with a zero character would be an error of the database.
      if (Number.isSafeInteger(created) && typeof id === 'string' && !id.includes('\0'))
        return [created as number, id]
    }
  } catch {}
  throw new GatewayError('params_invalid', '`cursor` is not one of this list')
}

export function cursorAfter({
  created,
  id,
}: {
  readonly created: number
  readonly id: string
}): string {
  return Buffer.from(JSON.stringify([created, id])).toString('base64url')
}
