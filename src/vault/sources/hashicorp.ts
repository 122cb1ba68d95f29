import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { askHashicorp, type HashicorpPlace } from '../logins/hashicorp.ts'
import { askKeeper } from './ask-keeper.ts'
import { memberOf } from './member.ts'
import { type SecretSource, unavailable } from './source.ts'

/** The key-value engine, version 2, of HashiCorp Vault or OpenBao: `MOUNT/PATH#FIELD`. */
export function hashicorpSource(
  place: HashicorpPlace,
  fetch: SafeFetch,
  clock: Clock,
): SecretSource {
  const ask = askHashicorp(place, fetch, clock)
  return {
    async read({ name, field, version }) {
      const [mount = '', ...path] = name.split('/').map(encodeURIComponent)
      if (path.length === 0) throw unavailable('names no path: write `MOUNT/PATH#FIELD`')
      const query = version === undefined ? '' : `?version=${version}`
      const { data } = await askKeeper(() => ask('GET', `${mount}/data/${path.join('/')}${query}`))
      const { data: members } = (data ?? {}) as { readonly data?: unknown }
      return memberOf(JSON.stringify(members ?? null), field ?? '')
    },
  }
}
