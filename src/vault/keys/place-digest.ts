import { createHash } from 'node:crypto'

/** What a data key is for, for keepers that log what is bound to it: names of people are not told them. */
export function placeDigest(context: string): string {
  return createHash('sha256').update(context).digest('base64url')
}
