import type { Canaries } from '../canaries/canaries.ts'
import type { Config } from '../config/config.ts'
import type { Decoy } from '../gateway/plant.ts'

/** The decoys that results of servers carry, as the configuration says. */
export function decoys(
  servers: Config['servers'],
  { hand }: Pick<Canaries, 'hand'>,
): { readonly decoy?: Decoy } {
  if (!Object.values(servers).some((server) => server.decoys !== undefined)) return {}
  const decoy: Decoy = async ({ principal, server }) => {
    const kind = servers[server]?.decoys
    if (kind === undefined) return undefined
    return hand({ kind, principal, server, place: `results of ${server}` })
  }
  return { decoy }
}
