import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import { type AzureLogin, azureTokens } from '../logins/azure.ts'
import { callJson, textAt } from '../logins/call-json.ts'
import { keyGone, refused } from '../logins/refused.ts'
import { bound, unbound } from './bind.ts'
import { currentKey } from './current-key.ts'
import { prove } from './prove.ts'

export interface AzureKeyVaultSettings {
  readonly kind: 'azure-key-vault'
  /** Its address, such as `https://example.vault.azure.net`. */
  readonly vault: string
  /** Name of an RSA key. */
  readonly key: string
  readonly login: AzureLogin
}

const WHO = 'Azure Key Vault'
const ALGORITHM = 'RSA-OAEP-256'
const VERSION = /^[0-9a-f]{32}$/

/**
 * An RSA key of Azure Key Vault (RSA-OAEP-256), which binds nothing: what a data key is for is sealed
 * with it. Ids are versions of the key.
 */
export function openAzureKeyVault(
  { vault, key, login }: AzureKeyVaultSettings,
  { fetch, clock }: { readonly fetch: SafeFetch; readonly clock: Clock },
): KeyProvider {
  const tokens = azureTokens(login, fetch, clock)
  const base = `${vault.replace(/\/$/, '')}/keys/${encodeURIComponent(key)}`
  const ask = async (method: 'GET' | 'POST', path: string, body?: object) =>
    callJson(fetch, WHO, `${base}${path}?api-version=7.4`, {
      method,
      headers: {
        authorization: `Bearer ${await tokens.token()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const versionOf = (kid: string): string => {
    const version = kid.slice(kid.lastIndexOf('/') + 1)
    if (!VERSION.test(version)) throw refused(`${WHO} names no version of the key`)
    return version
  }
  const idOf = (version: string): string => `azure:${key}:${version}`
  const latest = currentKey(clock, async () =>
    idOf(versionOf(textAt(WHO, await ask('GET', ''), 'key', 'kid'))),
  )
  const provider: KeyProvider = {
    kind: 'azure-key-vault',
    currentKeyId: () => latest.id(),
    async wrap(dataKey, context) {
      const version = (await latest.id()).slice(idOf('').length)
      const plain = bound(dataKey, context)
      const value = plain.toString('base64url')
      plain.fill(0)
      const answer = await ask('POST', `/${version}/wrapkey`, { alg: ALGORITHM, value })
      if (versionOf(textAt(WHO, answer, 'kid')) !== version)
        throw refused(`${WHO} wrapped with another version than it was asked for`)
      return { keyId: idOf(version), wrapped: textAt(WHO, answer, 'value') }
    },
    async unwrap({ keyId, wrapped }, context) {
      const version = keyId.slice(idOf('').length)
      if (!keyId.startsWith(idOf('')) || !VERSION.test(version)) throw keyGone(keyId)
      const body = { alg: ALGORITHM, value: wrapped }
      const answer = await ask('POST', `/${version}/unwrapkey`, body)
      return unbound(Buffer.from(textAt(WHO, answer, 'value'), 'base64url'), context)
    },
    async rotate() {
      const answer = await ask('POST', '/rotate', {})
      const id = idOf(versionOf(textAt(WHO, answer, 'key', 'kid')))
      latest.seen(id)
      return id
    },
    check: () => prove(provider),
  }
  return provider
}
