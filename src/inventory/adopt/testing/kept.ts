import type { GatewayServers, SecretStore } from '../ports.ts'

/** A vault and a gateway in memory, which can be told to fail. */
export function keepers(fails: { readonly store?: string; readonly add?: boolean } = {}) {
  const kept = new Map<string, { readonly value: string; readonly servers: readonly string[] }>()
  const servers = new Map<string, unknown>()
  const order: string[] = []
  const secrets: SecretStore = {
    store: async ({ name, ...secret }) => {
      if (fails.store === name) throw new Error('the vault is closed')
      order.push(`secret ${name}`)
      kept.set(name, secret)
    },
    remove: async (name) => void kept.delete(name),
  }
  const gateway: GatewayServers = {
    add: async (list) => {
      if (fails.add === true) throw new Error('the configuration is read-only')
      for (const { name, settings } of list) servers.set(name, settings)
      order.push('gateway')
    },
    remove: async (names) => {
      for (const name of names) servers.delete(name)
    },
  }
  return { kept, servers, order, secrets, gateway }
}
