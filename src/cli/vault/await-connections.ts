import type { Connections } from '../../gateway/connect/once-connected.ts'
import { type CredentialOwner, ownerOf } from '../../kernel/credential.ts'
import type { ConnectionDesk } from '../../kernel/vault.ts'

/** Calls that wait for people to connect. */
export interface AwaitConnections extends Connections {
  /** Hears of a change of the kind `credential`, on any replica. */
  heard(id: string): void
}

/**
 * Lets calls wait until somebody has connected, here or on another replica.
 *
 * @param desk where connections are looked up; undefined before there is one.
 */
export function awaitConnections(
  desk: () => Pick<ConnectionDesk, 'list'> | undefined,
  log: (message: string, cause?: unknown) => void,
): AwaitConnections {
  const waiting = new Map<string, Set<() => void>>()
  const isConnected = async (server: string, owner: CredentialOwner): Promise<boolean> => {
    const all = (await desk()?.list(owner)) ?? []
    return all.some((one) => one.server === server && one.status === 'connected')
  }
  return {
    wait(server, subject, signal) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const leaves = (['shared', ownerOf(subject)] as const).map((owner) => {
        const look = (): void => {
          isConnected(server, owner).then(
            (is) => is && resolve(true),
            (cause: unknown) => log('connections cannot be looked up', cause),
          )
        }
        return enter(waiting, `${server} ${owner}`, look)
      })
      if (signal.aborted) resolve(false)
      signal.addEventListener('abort', () => resolve(false), { once: true })
      return promise.finally(() => {
        for (const leave of leaves) leave()
      })
    },
    heard: (id) => {
      for (const look of [...(waiting.get(id) ?? [])]) look()
    },
  }
}

function enter(waiting: Map<string, Set<() => void>>, id: string, look: () => void): () => void {
  const all = waiting.get(id) ?? new Set()
  waiting.set(id, all.add(look))
  return () => {
    all.delete(look)
    if (all.size === 0 && waiting.get(id) === all) waiting.delete(id)
  }
}
