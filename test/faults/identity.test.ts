import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { startPostgres } from '../../src/store/testing/postgres.ts'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { send } from '../identity/attacks/answers.ts'
import { ask, post, redeem, refresh, type Tokens } from '../identity/attacks/flow.ts'
import type { KnownClient } from '../identity/attacks/scene.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { operatorOn } from '../support/operator.ts'
import { allow, PASSWORD, setUpOwner, signIn } from '../support/owner.ts'
import { person } from '../support/person.ts'
import { ask as askServer, callTool } from './client.ts'
import { smallFiles } from './small-disk.ts'

// Answers go through `send`, which finds stack traces and secrets in any of them.

const APP: KnownClient = { id: 'app', redirect: 'http://127.0.0.1:7777/callback', headers: {} }
/** Milliseconds until what is lost is noticed, and what came back is used, on a busy machine. */
const PATIENCE = 15_000

/** A gateway with an owner, a client, a program that is connected, and people half-way through. */
async function scene(store: object, identity: object, dataDir?: string) {
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'bailiwick-lost-'))
  if (dataDir === undefined) onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const servers = { target: { transport: 'http', url: upstream.url } } as const
  const gateway = await startGateway(servers, { store, identity }, { dataDir: folder })
  onTestFinished(gateway.stop)
  await setUpOwner(gateway)
  const seal = readFileSync(join(folder, 'seal.key'), 'utf8').trim()
  const opened = await openStore(store as never)
  const beside = await operatorOn(opened, Buffer.from(seal, 'base64url'), gateway.issuer)
  await beside.operator.clients.register({
    ...APP,
    name: 'App',
    method: 'none',
    redirects: [APP.redirect],
  })
  await beside.close()
  await opened.close()
  const halfway = await begin(gateway)
  return { gateway, upstream, halfway }
}

/** Someone at the login page, someone at consent, someone with a code, and a program with tokens. */
async function begin({ issuer }: RunningGateway) {
  const world = { issuer } as Parameters<typeof ask>[0]
  const visit = async () => {
    const one = person(issuer, send)
    const asked = ask(world, APP)
    return { one, asked, page: await one.visit(asked.url) }
  }
  const code = async () => {
    const { one, asked } = await visit()
    const to = await allow(one, asked.url)
    return { code: to.searchParams.get('code') ?? '', verifier: asked.verifier }
  }
  const atLogin = await visit()
  const later = await visit()
  const atConsent = await signIn(later.one, later.page, { user: 'owner', password: PASSWORD })
  const tokens = (await (await redeem(world, APP, await code())).json()) as Tokens
  const granted = await code()
  return {
    login: () => signIn(atLogin.one, atLogin.page, { user: 'owner', password: PASSWORD }),
    consent: () => later.one.submit(atConsent, '/consent', { answer: 'allow' }),
    redeem: () => redeem(world, APP, granted),
    refresh: () => refresh(world, APP, tokens.refresh_token),
    revoke: () => post(world, '/oauth/revoke', { client_id: APP.id, token: tokens.refresh_token }),
  }
}

type Halfway = Awaited<ReturnType<typeof begin>>

/** Nobody gets in, and everybody is told in the words of the standard that it may be tried again. */
async function expectClosed(halfway: Halfway, gateway: RunningGateway): Promise<void> {
  for (const step of [halfway.login, halfway.consent]) {
    const page = await step()
    expect(page.status).toBeGreaterThanOrEqual(500)
    expect(page.headers.get('location')).toBeNull()
    expect(page.headers.get('set-cookie') ?? '').not.toMatch(/_session=[\w-]{8}/)
  }
  for (const step of [halfway.redeem, halfway.refresh, halfway.revoke]) {
    const response = await step()
    expect(response.status).toBeGreaterThanOrEqual(500)
    expect(await response.json()).toMatchObject({
      error: expect.stringMatching(/^(server_error|temporarily_unavailable)$/),
    })
  }
  await expect(gateway.tokenFor('/mcp')).rejects.toThrow(/the gateway gives no token/)
}

/** All goes on as if nothing had been, without a restart. */
async function expectOpen(gateway: RunningGateway): Promise<void> {
  const halfway = await begin(gateway)
  expect((await halfway.redeem()).status).toBe(200)
  expect((await halfway.refresh()).status).toBe(200)
  expect((await gateway.tokenFor('/mcp')).length).toBeGreaterThan(100)
  expect(await callTool(gateway, 'target', 'echo', { message: 'hi' })).toMatchObject({
    status: 200,
  })
}

describe('a database that goes away and comes back', () => {
  test.each(['deny', 'until-expiry'] as const)(
    'PostgreSQL, %s',
    async (whenStoreIsLost) => {
      const postgres = await startPostgres()
      onTestFinished(postgres.stop)
      const store = { kind: 'postgres', url: postgres.url, poolSize: 4 }
      const { gateway, halfway } = await scene(store, { whenStoreIsLost })
      const lists = (token: string) =>
        askServer({ ...gateway, token: () => token }, 'target', 'tools/list', {})
      const long = gateway.token('/mcp/target')
      const unseen = await gateway.tokenFor('/mcp/target')
      expect(await lists(long)).toMatchObject({ status: 200 })
      const short = await gateway.tokenFor('/mcp/target', { lifetime: 5_000 })
      expect(await lists(short)).toMatchObject({ status: 200 })

      await postgres.crash()
      await expectClosed(halfway, gateway)
      if (whenStoreIsLost === 'deny') {
        await expect
          .poll(() => lists(long), { timeout: PATIENCE })
          .toMatchObject({ status: 503, code: 'store_unavailable' })
      } else {
        await sleep(3_000)
        expect(await lists(long)).toMatchObject({ status: 200 })
        await expect
          .poll(async () => (await lists(short)).status, { timeout: 3 * PATIENCE })
          .toBe(401)
        expect(await lists(long)).toMatchObject({ status: 200 })
      }
      // A token that comes for the first time is of somebody who is known. Calls must be recorded.
      expect((await lists(unseen)).status).toBe(whenStoreIsLost === 'deny' ? 503 : 200)
      expect((await callTool(gateway, 'target', 'echo', { message: 'hi' })).status).toBe(503)

      await postgres.restart()
      await expect.poll(async () => (await lists(long)).status, { timeout: PATIENCE }).toBe(200)
      await expectOpen(gateway)
      expect(gateway.child.ended()).toBe(false)
    },
    120_000,
  )

  test('SQLite on a disk that is full: what cannot be recorded does not happen', async () => {
    const disk = smallFiles()
    onTestFinished(disk.remove)
    const store = { kind: 'sqlite', path: join(disk.folder, 'bailiwick.db'), durability: 'full' }
    const { gateway, halfway } = await scene(store, {}, disk.folder)
    const { pid } = gateway.child
    // A few records more find room in files that are large already.
    await expect
      .poll(
        async () => {
          disk.fill(pid)
          return gateway.tokenFor('/mcp').then(
            () => 'given',
            () => 'refused',
          )
        },
        { timeout: PATIENCE },
      )
      .toBe('refused')
    await expectClosed(halfway, gateway)
    disk.free(pid)
    await expectOpen(gateway)
  }, 120_000)
})

describe('keys that are lost', () => {
  const stopped = async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-keys-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const store = { kind: 'sqlite', path: join(dataDir, 'bailiwick.db'), durability: 'full' }
    const { gateway, upstream } = await scene(store, {}, dataDir)
    await gateway.child.stop()
    const servers = { target: { transport: 'http', url: upstream.url } } as const
    const start = () => startGateway(servers, {}, { dataDir })
    return { gateway, dataDir, start }
  }

  test('another seal key is a clear error, every time', async () => {
    const { dataDir, start } = await stopped()
    const file = join(dataDir, 'seal.key')
    const right = readFileSync(file)
    writeFileSync(file, `${Buffer.alloc(32, 1).toString('base64url')}\n`)
    for (let time = 0; time < 2; time += 1)
      await expect(start()).rejects.toThrow(
        /^the program ended early:\nerror: the database was sealed with another seal key: .*\n {2}fix: .*\n\[exit 5\]$/,
      )
    writeFileSync(file, right)
    const again = await start()
    expect(again.token('/mcp').length).toBeGreaterThan(100)
    await again.stop()
  }, 60_000)

  test('a seal key that is gone is made anew: what was sealed is void, and the owner can log in', async () => {
    const { gateway, dataDir, start } = await stopped()
    rmSync(join(dataDir, 'seal.key'))
    const again = await start()
    onTestFinished(again.stop)
    const before = { authorization: `Bearer ${gateway.token('/mcp')}` }
    const refused = await fetch(`${again.origin}/mcp`, { method: 'POST', headers: before })
    expect(refused.status).toBe(401)
    const owner = person(again.issuer, send)
    const page = await owner.visit('/oauth/account')
    const account = await signIn(owner, page, { user: 'owner', password: PASSWORD })
    expect(account.status).toBe(200)
    await expectOpen(again)
  }, 60_000)

  test('an operator key that is gone is made anew at the next start', async () => {
    const { gateway, dataDir, start } = await stopped()
    rmSync(join(dataDir, 'operator.key'))
    await expect(gateway.tokenFor('/mcp')).rejects.toThrow()
    const again = await start()
    onTestFinished(again.stop)
    expect(again.token('/mcp').length).toBeGreaterThan(100)
  }, 60_000)
})
