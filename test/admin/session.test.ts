import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { setUpOwner } from '../support/owner.ts'
import { type Callers, makeCallers } from './callers.ts'

vi.setConfig({ testTimeout: 60_000 })

let gateway: RunningGateway
let callers: Callers
beforeAll(async () => {
  gateway = await startGateway({})
  await setUpOwner(gateway)
  callers = await makeCallers(gateway)
}, 120_000)
afterAll(() => gateway.stop())

const api = (path: string, init: RequestInit = {}) =>
  fetch(`${gateway.issuer}/admin/api/v1${path}`, init)

/** Opens news and waits until they are. The promise resolves when they have ended. */
async function follow(headers: Readonly<Record<string, string>>) {
  const response = await api('/live', { headers })
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  expect(new TextDecoder().decode(value)).toBe('event: ready\ndata: {}\n\n')
  const ended = async (): Promise<'ended'> => {
    for (;;) if ((await reader?.read())?.done !== false) return 'ended'
  }
  return ended()
}

test('a session that is ended elsewhere ends what its page has open, and is nobody then', async () => {
  const [here, there] = [await callers.session('mia'), await callers.session('mia')]
  const ended = follow(here)
  const { session } = JSON.parse(await (await api('/me', { headers: here })).text())
  const end = `/me/sessions/${session}/end`
  expect((await api(end, { method: 'POST', headers: there })).status).toBe(200)
  expect(await ended).toBe('ended')
  const after = await api('/me', { headers: here })
  expect([after.status, JSON.parse(await after.text()).code]).toEqual([401, 'login_required'])
  expect((await api('/me', { headers: there })).status).toBe(200)
  expect((await api(end, { method: 'POST', headers: there })).status).toBe(404)
})

test('who is disabled, or whose program is cut off, hears no more', async () => {
  const [page, program] = [await callers.session('omar'), await callers.token('ann', 'read')]
  const both = [follow(page), follow(program)]
  const headers = await callers.session('olga')
  for (const path of ['/users/omar/disable', '/users/ann/sign-out'])
    expect((await api(path, { method: 'POST', headers })).status).toBe(200)
  expect(await Promise.all(both)).toEqual(['ended', 'ended'])
})

test('pages that are open do not keep the gateway from stopping', async () => {
  const own = await startGateway({})
  try {
    await setUpOwner(own)
    const headers = await (await makeCallers(own)).session('olga')
    const response = await fetch(`${own.issuer}/admin/api/v1/live`, { headers })
    const reader = response.body?.getReader()
    await reader?.read()
    const [last] = await Promise.all([reader?.read(), own.stop()])
    // It ended in order, rather than being cut off.
    expect(last?.done).toBe(true)
  } finally {
    await own.stop()
  }
})
