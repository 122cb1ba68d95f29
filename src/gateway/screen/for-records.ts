import type { AccessRequest } from '../../kernel/access.ts'
import type { Json } from '../../kernel/json.ts'
import type { LookOptions } from './look.ts'
import { notShown, sift, takeOut } from './sift.ts'

/**
 * Texts as records may hold them: without anything that is not simply let through, whichever way. Nobody is
 * told of what is found, for these are passages of messages that were looked at when they passed.
 *
 * @throws GatewayError `analysis_unavailable`.
 */
export async function textsForRecords(
  { screening, plan }: Pick<LookOptions, 'screening' | 'plan'>,
  request: AccessRequest,
  texts: readonly string[],
): Promise<readonly string[]> {
  const rules = [...plan(request, 'inbound').rules, ...plan(request, 'outbound').rules]
  if (rules.length === 0 || texts.length === 0) return texts
  const value = { texts }
  const sieve = { plan: { rules, marking: 'none' }, direction: 'inbound' } as const
  const hidden = notShown(await sift(screening, value, sieve))
  if (hidden.length === 0 || screening === undefined) return texts
  const clean = takeOut(screening, value, hidden)?.['texts']
  return isTexts(clean) && clean.length === texts.length ? clean : texts.map(() => '')
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
