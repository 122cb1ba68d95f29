import { fileURLToPath } from 'node:url'
import { allow } from '../../support/owner.ts'
import type { Person } from '../../support/person.ts'
import type { Application } from './application.ts'
import { type Kind, type Session, session } from './session.ts'

const SERVER = fileURLToPath(new URL('./notes-server.ts', import.meta.url))

const TOOLS = {
  read_note: { effects: ['read'], risk: 'low' },
  write_note: { effects: ['write'], risk: 'low' },
  run_note: { effects: ['execute'] },
}

/** Servers with a tool for each level, one of each era, as they stand in `bailiwick.yaml`. */
export const NOTES = { modern: notes('modern'), legacy: notes('legacy') }

function notes(era: 'modern' | 'legacy') {
  const args = ['--disable-warning=ExperimentalWarning', SERVER, era]
  return { transport: 'stdio', command: process.execPath, args, tools: TOOLS } as const
}

/** A session that is connected, after its person was asked. */
export async function connected(
  kind: Kind,
  address: string,
  application: Application,
  browser: Person,
): Promise<Session> {
  const first = session(kind, address, application)
  await refusedBecauseAsked(first.connect())
  await first.finish(await allow(browser, application.takeAddress().href))
  await first.close()
  return reconnected(kind, address, application)
}

/** A session of an application that has what it needs. */
export async function reconnected(
  kind: Kind,
  address: string,
  application: Application,
): Promise<Session> {
  const second = session(kind, address, application)
  await second.connect()
  return second
}

/** The SDKs end what needs the person with this error. */
export async function refusedBecauseAsked(attempt: Promise<unknown>): Promise<void> {
  const error: unknown = await attempt.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error) || error.constructor.name !== 'UnauthorizedError') throw error
}
