import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openStore, type StoreOptions } from '../../store/store.ts'
import { openDirectory } from '../directory.ts'
import { CHEAP, PARTY, PASSWORD } from './fresh-directory.ts'

/**
 * A process that contends for what only one may have. Says `ready`, waits for a line, tries everything at
 * once, and prints how often it was let in. Its argument is a JSON of `Contest`.
 */
export interface Contest {
  readonly store: StoreOptions
  readonly link: string
  readonly user: string
  readonly code: string
}

const contest: Contest = JSON.parse(String(process.argv[2]))
const store = await openStore(contest.store)
const { accounts, close } = openDirectory({
  store,
  clock: Date.now,
  randomId: () => randomBytes(16).toString('hex'),
  witness: async () => {},
  rp: PARTY,
  passwords: { cost: CHEAP },
})
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const links = await Promise.all(
  Array.from({ length: 5 }, () =>
    accounts.redeemLink(contest.link, { name: 'Contender', password: PASSWORD }),
  ),
)
const codes = await Promise.all(
  Array.from({ length: 5 }, () =>
    accounts.checkRecoveryCode(contest.user, contest.code, '198.51.100.7'),
  ),
)
const won = {
  links: links.filter((one) => one !== undefined).length,
  codes: codes.filter((one) => 'user' in one).length,
}
process.stdout.write(`${JSON.stringify(won)}\n`)
await close()
await store.close()
process.stdin.destroy()
