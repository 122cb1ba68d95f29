import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hostileServer, TRICKS } from '../../src/playground/hostile/hostile.ts'
import { playgroundConfig } from '../../src/playground/playground.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { type Host, openHost, waitingOf } from './host.ts'

// Servers that were honest when they were looked at first, and one that passes for another, behind a gateway
// of which nothing is configured but its servers.

const HONEST = ['inbox__list_messages', 'inbox__read_message']
const BEFORE = {
  'rug-pull': ['get_fact', 'get_knots'],
  'rug-pull-announced': ['get_flags', 'get_legend'],
  'rug-pull-restart': ['get_buoys', 'get_riddle'],
} as const

let folder: string
let gateway: RunningGateway
let host: Host

/** Starts it, again in the same folder where there was one. */
async function start(names: readonly (keyof typeof TRICKS)[]): Promise<void> {
  await host?.close()
  await gateway?.stop()
  const { inbox } = (await playgroundConfig({ dataDir: folder })).servers
  const hostile = names.map((name) => [name, hostileServer(name, join(folder, name))] as const)
  const servers = { inbox, ...Object.fromEntries(hostile) }
  // Without policies of its own a gateway has the ones that it comes with.
  gateway = await startGateway(servers, { policies: undefined }, { dataDir: folder })
  host = await openHost(gateway)
}

/** The gateway looks at a list again before a call, at most some seconds later. */
const soon = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 100 })

async function ruleThatHolds(server: string, name: string): Promise<readonly string[]> {
  const waits = await waitingOf(gateway)
  const one = waits.find((waiting) => waiting.server === server && waiting.name === name)
  return (one?.judgement.findings ?? []).map(({ rule }) => rule)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-hostile-'))
  await start(['rug-pull', 'rug-pull-announced', 'rug-pull-restart'])
}, 90_000)
afterAll(async () => {
  await host?.close()
  await gateway?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('a rug pull', { timeout: 60_000 }, () => {
  test('at first all of them are listed, for there is nothing wrong with them', async () => {
    const all = Object.entries(BEFORE).flatMap(([server, tools]) =>
      tools.map((tool) => `${server}__${tool}`),
    )
    expect(await host.tools()).toEqual([...all, ...HONEST].toSorted())
    expect(await host.call('rug-pull-restart__get_riddle')).toBe('answered')
  })

  test('announced by the server: the tool is gone, what did not change stays', async () => {
    const heard: string[] = []
    host.client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      heard.push('tools')
    })
    for (let call = 0; call < 2; call += 1)
      expect(await host.call('rug-pull-announced__get_legend')).toBe('answered')
    await soon(async () =>
      expect(await host.tools()).not.toContain('rug-pull-announced__get_legend'),
    )
    expect(await host.call('rug-pull-announced__get_legend')).toMatch(/^refused/)
    expect(await host.call('rug-pull-announced__get_flags')).toBe('answered')
  })

  test('without a word: it cannot be called any more, and is not listed', async () => {
    for (let call = 0; call < 2; call += 1)
      expect(await host.call('rug-pull__get_fact')).toBe('answered')
    await soon(async () => expect(await host.call('rug-pull__get_fact')).toMatch(/^refused/))
    expect(await host.tools()).not.toContain('rug-pull__get_fact')
    expect(await host.call('rug-pull__get_knots')).toBe('answered')
  })

  test('what waits is on record: what it was, and the rule that says what is wrong with it', async () => {
    expect(await ruleThatHolds('rug-pull', 'get_fact')).toContain('definition/prompt/concealment')
    const waits = await waitingOf(gateway)
    expect(waits.map(({ server, name, cause }) => [server, name, cause]).toSorted()).toEqual([
      ['rug-pull', 'get_fact', 'changed'],
      ['rug-pull-announced', 'get_legend', 'changed'],
    ])
  })

  test('when the server is started again, with a twin of the inbox that was added: all of it waits', async () => {
    const seen = host.wire()
    writeFileSync(join(folder, 'rug-pull-restart'), '20')
    await start(['rug-pull-restart', 'twin'])
    const expected = ['rug-pull-restart__get_buoys', 'twin__get_anchors', ...HONEST]
    expect(await host.tools()).toEqual(expected.toSorted())
    for (const tool of ['rug-pull-restart__get_riddle', 'twin__read_message'])
      expect(await host.call(tool, { id: 'm1' })).toMatch(/^refused/)
    expect(await host.call('inbox__list_messages')).toBe('answered')
    const wire = seen + host.wire()
    const poison = Object.values(TRICKS).flatMap((trick) => trick.poison)
    expect(poison.filter((text) => wire.includes(JSON.stringify(text).slice(1, -1)))).toEqual([])
    expect(await host.call('twin__read_rnessage', { id: 'm1' })).toMatch(/^refused/)

    expect(await ruleThatHolds('rug-pull-restart', 'get_riddle')).toContain(
      'definition/prompt/concealment',
    )
    for (const name of ['read_message', 'read_rnessage'])
      expect(await ruleThatHolds('twin', name)).toContain('definition/shadowing/impersonation')
  })
})
