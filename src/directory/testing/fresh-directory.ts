import { randomBytes } from 'node:crypto'
import type { LoginResult } from '../../kernel/accounts.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import type { Engine } from '../../store/migrations.ts'
import { openStore, type Store } from '../../store/store.ts'
import { type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { type Directory, type DirectoryOptions, openDirectory } from '../directory.ts'

export const START = 1_790_000_000_000
export const PARTY = { id: 'gate.example', origin: 'https://gate.example', name: 'Bailiwick' }
/** Nothing that a test would call weak, or guess. */
export const PASSWORD = 'violet kettle drives north'
/** As cheap as argon2id gets: what tests ask is not how long a guess takes. */
export const CHEAP = { memory: 64, passes: 1, parallelism: 1 }

/** A directory on an empty database of a test's own, with a clock and a witness that the test owns. */
export interface FreshDirectory extends FreshStore, Directory {
  readonly clock: { now: number }
  readonly events: SecurityEvent[]
  /** Set to make the witness fail. */
  readonly witness: { broken: boolean }
  /** One more directory on the same database, on a connection of its own. */
  replica(options?: Partial<DirectoryOptions>): Promise<Directory & { readonly store: Store }>
}

export async function freshDirectory(
  engine: Engine,
  options: Partial<DirectoryOptions> = {},
): Promise<FreshDirectory> {
  const fresh = await freshStore(engine)
  const clock = { now: START }
  const events: SecurityEvent[] = []
  const witness = { broken: false }
  const opened: (() => Promise<void>)[] = []
  const open = (store: Store, more: Partial<DirectoryOptions> = {}): Directory => {
    const directory = openDirectory({
      store,
      clock: () => clock.now,
      randomId: () => randomBytes(16).toString('hex'),
      witness: async (event) => {
        if (witness.broken) throw new Error('nobody looks')
        // What a witness does that writes to the same database: it would wait for a transaction for ever.
        await store.db.selectFrom('setting').selectAll().execute()
        events.push(event)
      },
      rp: PARTY,
      passwords: { cost: CHEAP },
      ...options,
      ...more,
    })
    opened.push(directory.close)
    return directory
  }
  return {
    ...fresh,
    ...open(fresh.store),
    clock,
    events,
    witness,
    async replica(more) {
      const store = await openStore(fresh.options)
      opened.push(store.close)
      return { ...open(store, more), store }
    },
    async remove() {
      for (const close of opened.reverse()) await close()
      await fresh.remove()
    },
  }
}

/** Makes a user with a password; @returns their recovery codes. */
export async function enrol(
  { administration, accounts }: Directory,
  id: string,
  groups: readonly string[] = [],
  password = PASSWORD,
): Promise<readonly string[]> {
  await administration.users.create({ id, groups })
  const { secret } = await administration.users.link(id, 'invite')
  const redeemed = await accounts.redeemLink(secret, { name: id, password })
  if (redeemed === undefined) throw new Error('the link did not open')
  return redeemed.recoveryCodes
}

/** Why a login was refused; undefined if it was not. */
export function refusal(result: LoginResult): string | undefined {
  return 'refused' in result ? result.refused : undefined
}
