import type { SecurityEvent } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { SecretName } from '../../kernel/vault.ts'

/** What events about a secret have in common. */
export function about(
  { name, owner }: SecretName,
  detail: JsonObject,
): Pick<SecurityEvent, 'subject' | 'target' | 'detail'> {
  return {
    target: name,
    ...(owner !== 'shared' && { subject: owner }),
    detail: { owner, ...detail },
  }
}
