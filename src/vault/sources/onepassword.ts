import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { KeeperRefusal, type SecretText, textAt } from '../logins/call-json.ts'
import { askKeeper, below } from './ask-keeper.ts'
import { type SecretSource, unavailable } from './source.ts'

const WHO = '1Password Connect'
/** How ids of vaults and items look: lower-case Base32. */
const ID = /^[a-z0-9]{26}$/

interface Field {
  readonly id?: unknown
  readonly label?: unknown
  readonly purpose?: unknown
  readonly value?: unknown
}

/** A 1Password Connect server: `VAULT/ITEM#FIELD`, by names or ids. Without a field, the password. */
export function onepasswordSource(
  place: { readonly address: string; readonly token: SecretText },
  fetch: SafeFetch,
): SecretSource {
  const list = async (url: string, signal: AbortSignal): Promise<unknown> => {
    const headers = { authorization: `Bearer ${await place.token()}` }
    const response = await fetch(url, { headers, signal })
    const text = await response.text()
    if (response.status !== 200) throw new KeeperRefusal(WHO, response.status, text.slice(0, 500))
    return parsed(text)
  }
  const idOf = async (url: string, key: string, name: string, signal: AbortSignal) => {
    if (ID.test(name)) return name
    const filter = new URLSearchParams({ filter: `${key} eq "${name}"` })
    const found = await list(`${url}?${filter}`, signal)
    if (!Array.isArray(found) || found.length === 0)
      throw unavailable('refers to nothing: 1Password Connect has no such vault or item')
    if (found.length > 1)
      throw unavailable(`is not the only one of its name: use its id, for \`${name}\``)
    return textAt(WHO, found[0], 'id')
  }
  return {
    async read({ name, field }, signal) {
      const [vault = '', item = ''] = name.split('/')
      const vaults = below(place.address, 'v1', 'vaults')
      return askKeeper(async () => {
        const items = below(vaults, await idOf(vaults, 'name', vault, signal), 'items')
        const url = below(items, await idOf(items, 'title', item, signal))
        return fieldOf(await list(url, signal), field)
      })
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Its message would quote what was answered.
    return undefined
  }
}

function fieldOf(item: unknown, field: string | undefined): string {
  const { fields } = (item ?? {}) as { readonly fields?: unknown }
  const all: readonly Field[] = Array.isArray(fields) ? fields : []
  const found = all.filter(({ id, label, purpose }) =>
    field === undefined ? purpose === 'PASSWORD' : id === field || label === field,
  )
  const [first] = found
  if (found.length === 1 && typeof first?.value === 'string') return first.value
  throw unavailable('refers to nothing: the item has no such field, or several')
}
