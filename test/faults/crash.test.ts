import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isObject } from '../../src/kernel/json.ts'
import { openStore, type StoreOptions } from '../../src/store/store.ts'
import { ENGINES, freshOptions } from '../../src/store/testing/fresh-store.ts'
import { type Child, startNode, waitFor } from '../support/child.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { callTool, openSession } from './client.ts'
import { command } from './command.ts'
import { alive, textOf, until } from './processes.ts'

// The gateway is killed at random points while it works at full load. What the servers saw before,
// each of them in a file of its own, is held against the records that are left.

const SERVER = fileURLToPath(new URL('./marking-server.ts', import.meta.url))
const ROUNDS = 5
const WAYS = ['web modern', 'web legacy', 'local modern', 'local legacy']
/** Callers at a time for each of the four ways: two servers, two eras. */
const CALLERS = 8

for (const engine of ENGINES) {
  test(`${engine}: a gateway that is killed has recorded every call that a server saw`, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-crash-'))
    const store = await freshOptions(engine, dataDir)
    const files = { web: join(dataDir, 'web.marks'), local: join(dataDir, 'local.marks') }
    const web = startNode([SERVER, files.web, '--http'])
    try {
      const servers = {
        web: { transport: 'http', url: await waitFor(web, () => urlIn(web)) },
        local: { transport: 'stdio', command: process.execPath, args: [SERVER, files.local] },
      } as const
      let answered = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        const gateway = await startGateway(servers, { store }, { dataDir })
        const load = runLoad(gateway, `${round}`)
        // At times while links are being opened, at times at full load.
        if (round % 3 !== 0) await load.full
        await sleep(Math.random() * 400)
        expect(gateway.child.ended()).toBe(false)
        await gateway.child.kill()
        answered += await load.over
        const verified = await command(dataDir, 'verify', '--json')
        expect(verified).toMatchObject({ code: 0 })
      }
      await web.stop()
      await until(() => idsIn(files.local).every((pid) => !alive(pid)))

      const seen = [...marksIn(files.web), ...marksIn(files.local)]
      const recorded = await recordedMarks(store)
      expect(answered).toBeGreaterThan(ROUNDS * CALLERS)
      expect(seen.length).toBeGreaterThanOrEqual(answered)
      expect(seen.filter((mark) => !recorded.has(mark))).toEqual([])
      expect(new Set(seen).size).toBe(seen.length)
      for (const way of WAYS) expect(seen.some((mark) => mark.includes(way))).toBe(true)
    } finally {
      await web.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }, 180_000)
}

interface Load {
  /** Resolves when calls are answered on all four ways; rejects when one fails first. */
  readonly full: Promise<unknown>
  /** Resolves with the number of calls that were answered, when the gateway is gone. */
  readonly over: Promise<number>
}

function runLoad(gateway: RunningGateway, round: string): Load {
  let answered = 0
  const call = async (way: string, session?: string): Promise<void> => {
    const [server = ''] = way.split(' ')
    const marker = `${round} ${way} ${answered} ${Math.random()}`
    const { status, body } = await callTool(gateway, server, 'mark', { marker }, session)
    if (status !== 200 || !isObject(body['result'])) throw new Error(JSON.stringify(body))
    answered += 1
  }
  const begin = async (way: string): Promise<string | undefined> => {
    const [server = '', era] = way.split(' ')
    const session = era === 'legacy' ? await openSession(gateway, server) : undefined
    await call(way, session)
    return session
  }
  const repeat = async (way: string, session?: string): Promise<void> => {
    for (;;) await call(way, session)
  }
  const sessions = WAYS.map(begin)
  const all = WAYS.flatMap((way, index) =>
    Array.from({ length: CALLERS }, async () => repeat(way, await sessions[index])),
  )
  return {
    full: Promise.all(sessions.map(untilBroken)),
    over: Promise.all(all.map(untilBroken)).then(() => answered),
  }
}

/** A caller ends when its connection breaks, and for no other reason. */
async function untilBroken(caller: Promise<unknown>): Promise<void> {
  await caller.catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error
  })
}

/** The markers in the intents, as the excerpt of their arguments shows them. */
async function recordedMarks(options: StoreOptions): Promise<ReadonlySet<string>> {
  const store = await openStore(options)
  const rows = await store.db
    .selectFrom('record')
    .select('body')
    .where('kind', '=', 'intent')
    .execute()
  await store.close()
  return new Set(rows.map(({ body }) => JSON.parse(JSON.parse(body).arguments.excerpt).marker))
}

function marksIn(file: string): readonly string[] {
  return linesIn(file).filter((line) => !line.startsWith('pid '))
}

function idsIn(file: string): readonly number[] {
  return linesIn(file)
    .filter((line) => line.startsWith('pid '))
    .map((line) => Number(line.slice('pid '.length)))
}

function linesIn(file: string): readonly string[] {
  return textOf(file).split('\n').slice(0, -1)
}

function urlIn(child: Child): string | undefined {
  return /http:\S+/.exec(child.output())?.[0]
}
