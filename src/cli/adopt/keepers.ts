import { join } from 'node:path'
import { addServer, removeServer } from '../../config/edit.ts'
import { type Journal, openJournal } from '../../inventory/adopt/journal.ts'
import { nodeFiles } from '../../inventory/adopt/node-files.ts'
import type { GatewayServers, SecretStore } from '../../inventory/adopt/ports.ts'
import type { Actor } from '../../kernel/event.ts'
import type { SecretDesk } from '../../kernel/vault.ts'
import { fileToEdit, writeConfig } from '../config-file.ts'
import type { Context } from '../context.ts'

/** The vault, as a place where adoption puts secrets for everybody who may use their servers. */
export function vaultStore(desk: SecretDesk, by: Actor): SecretStore {
  return {
    store: async ({ name, value, servers, purpose }) => {
      await desk.set({ name, value, servers, purpose, owner: 'shared' }, by)
    },
    remove: (name) => desk.remove({ name, owner: 'shared' }, by),
  }
}

/** For those who have no secret to keep. */
export const noSecrets: SecretStore = {
  store: async () => {
    throw new Error('the vault is not open')
  },
  remove: async () => undefined,
}

/** The configuration that is in force, or a new one. */
export function configServers(context: Context): GatewayServers {
  return {
    add: async (servers) => {
      const file = fileToEdit(context)
      const text = servers.reduce(
        (now, { name, settings }) => addServer(now, name, settings),
        file.text,
      )
      writeConfig(context, file.path, text)
    },
    remove: async (names) => {
      const file = fileToEdit(context)
      writeConfig(context, file.path, names.reduce(removeServer, file.text))
    },
  }
}

/** The journal in the data directory. */
export function journalIn(dataDir: string): Journal {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  return openJournal(nodeFiles(), join(dataDir, 'adoption'), owner)
}
