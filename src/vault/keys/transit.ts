import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import { textAt } from '../logins/call-json.ts'
import { askHashicorp, type HashicorpPlace } from '../logins/hashicorp.ts'
import { keyGone, refused } from '../logins/refused.ts'
import { bound, unbound } from './bind.ts'
import { currentKey } from './current-key.ts'
import { prove } from './prove.ts'

export interface TransitSettings extends HashicorpPlace {
  readonly kind: 'transit'
  /** Where the engine is mounted. */
  readonly mount: string
  /** The key's name. */
  readonly key: string
  /** Whether the key derives one per context. */
  readonly derived: boolean
}

const WHO = 'HashiCorp Vault'
const SEALED = /^vault:v(\d{1,9}):[A-Za-z0-9+/=]{1,1024}$/

/**
 * The transit engine of HashiCorp Vault, or OpenBao. Ids are versions of the key. What a data key is for
 * goes along as associated data (and as context, for derived keys), and inside: an engine that ignores
 * either opens nothing for another place all the same.
 */
export function openTransit(
  settings: TransitSettings,
  parts: { readonly fetch: SafeFetch; readonly clock: Clock },
): KeyProvider {
  const ask = askHashicorp(settings, parts.fetch, parts.clock)
  const { mount, key, derived } = settings
  const idOf = (version: string): string => `transit:${mount}/${key}:v${version}`
  const place = (context: string) => {
    const text = Buffer.from(context).toString('base64')
    return { associated_data: text, ...(derived && { context: text }) }
  }
  const latest = currentKey(parts.clock, async () => {
    const { data } = await ask('GET', `${mount}/keys/${key}`)
    const { latest_version: version } = Object(data) as Record<string, unknown>
    if (typeof version !== 'number') throw refused(`${WHO} does not say the version of the key`)
    return idOf(String(version))
  })
  const provider: KeyProvider = {
    kind: 'transit',
    currentKeyId: () => latest.id(),
    async wrap(dataKey, context) {
      const plain = bound(dataKey, context)
      const body = { plaintext: plain.toString('base64'), ...place(context) }
      plain.fill(0)
      const answer = await ask('POST', `${mount}/encrypt/${key}`, body)
      const sealed = textAt(WHO, answer, 'data', 'ciphertext')
      const [, version] = SEALED.exec(sealed) ?? []
      if (version === undefined) throw refused(`${WHO} answered in a form that is not known`)
      latest.seen(idOf(version))
      return { keyId: idOf(version), wrapped: Buffer.from(sealed).toString('base64url') }
    },
    async unwrap({ keyId, wrapped }, context) {
      const sealed = Buffer.from(wrapped, 'base64url').toString('latin1')
      const [, version] = SEALED.exec(sealed) ?? []
      if (version === undefined) throw refused('the data key does not open: it was changed')
      if (idOf(version) !== keyId) throw keyGone(keyId)
      const body = { ciphertext: sealed, ...place(context) }
      const answer = await ask('POST', `${mount}/decrypt/${key}`, body)
      return unbound(Buffer.from(textAt(WHO, answer, 'data', 'plaintext'), 'base64'), context)
    },
    async rotate() {
      await ask('POST', `${mount}/keys/${key}/rotate`, {})
      latest.drop()
      return latest.id()
    },
    check: () => prove(provider),
  }
  return provider
}
