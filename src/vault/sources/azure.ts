import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { type AzureLogin, azureTokens } from '../logins/azure.ts'
import { callJson, textAt } from '../logins/call-json.ts'
import { askKeeper, below } from './ask-keeper.ts'
import { memberOf } from './member.ts'
import type { SecretSource } from './source.ts'

const WHO = 'Azure Key Vault'

/** Secrets of one Azure Key Vault: `NAME#FIELD`. */
export function azureSource(
  place: {
    /** Its address, such as `https://NAME.vault.azure.net`. */
    readonly address: string
    readonly login: AzureLogin
  },
  fetch: SafeFetch,
  clock: Clock,
): SecretSource {
  const tokens = azureTokens(place.login, fetch, clock)
  return {
    async read({ name, field, version }, signal) {
      const parts = version === undefined ? [name] : [name, version]
      const url = `${below(place.address, 'secrets', ...parts)}?api-version=7.4`
      const value = await askKeeper(async () => {
        const headers = { authorization: `Bearer ${await tokens.token()}` }
        return textAt(WHO, await callJson(fetch, WHO, url, { headers, signal }), 'value')
      })
      return memberOf(value, field)
    },
  }
}
