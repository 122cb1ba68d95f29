import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ENGINES } from '../../src/store/testing/fresh-store.ts'
import { administering, calling, type Desk, openDesk } from './desk.ts'

// Gateways are processes of their own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const LINE = 'PUT /servers/office/tools/read_note/classes'
const SENDS = { effects: ['send'], reversible: false, risk: 'high', reads: [], trust: 'untrusted' }
const READS = { ...SENDS, effects: ['read'], reversible: true, risk: 'low' }

/** How many tools of each risk there are. */
function risksIn(tools: readonly { readonly classification: { readonly risk: string } }[]) {
  const of = (risk: string) =>
    tools.filter(({ classification }) => classification.risk === risk).length
  return { low: of('low'), medium: of('medium'), high: of('high') }
}

describe.each(ENGINES)('servers and tools on %s', (engine) => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk(engine)
  })
  afterEach(() => desk.end())

  test('what a person says of a tool changes the next decision, and those after a restart', async () => {
    const gateway = await desk.start('a')
    const admin = await administering(gateway)
    const unknown = await admin(LINE.replace('read_note', 'fly'), { ...SENDS, version: 0 })
    expect([unknown.status, unknown.json.code]).toEqual([404, 'item_unknown'])
    const { server } = (await admin('POST /servers/office/refresh', {})).json
    expect(server.toolList).toMatchObject([
      { name: 'read_note', classed: 'inferred', version: 0, hidden: [] },
      { name: 'send_message', classed: 'inferred', version: 0 },
    ])
    expect(await calling(gateway, 'read_note')).toBeUndefined()
    const stated = await admin(LINE, { ...SENDS, version: 0 })
    expect(stated.json.tool).toMatchObject({
      ...{ classed: 'console', version: 1, stated: { by: 'user:owner' } },
      classification: { effects: ['send'], source: 'catalog', confidence: 'stated' },
    })
    expect(await calling(gateway, 'read_note')).toBe('policy_denied')

    const late = await admin(LINE, { ...READS, version: 0 })
    expect([late.status, late.json.code]).toEqual([412, 'version_conflict'])
    const tagged = await admin(LINE, READS, { 'if-match': '"0"' })
    expect(tagged.status).toBe(412)
    expect(await calling(gateway, 'read_note')).toBe('policy_denied')
    for (const wrong of [{ effects: [] }, { effects: ['fly'] }, { risk: 'none' }, { version: -1 }])
      expect((await admin(LINE, { ...SENDS, version: 1, ...wrong })).status).toBe(400)

    await gateway.stop()
    const again = await desk.start('a')
    expect(await calling(again, 'read_note')).toBe('policy_denied')
    const back = await administering(again)
    const taken = await back(
      'POST /servers/office/tools/read_note/unclassify',
      {},
      { 'if-match': '"1"' },
    )
    expect(taken.json.tool).toMatchObject({ classed: 'inferred', version: 2 })
    expect(await calling(again, 'read_note')).toBeUndefined()
    const { items } = (await back('GET /events?event=tool.classified')).json
    expect(items).toHaveLength(2)
  })

  test('what a person says of arguments and fields is shown, and stays until it is taken back', async () => {
    const gateway = await desk.start('a')
    const admin = await administering(gateway)
    await admin('POST /servers/office/refresh', {})
    const about = { roles: { '/to/*': 'setting' }, fields: { author: 'members' } }
    const stated = await admin(LINE, { ...READS, ...about, version: 0 })
    expect(stated.json.tool).toMatchObject({
      arguments: expect.arrayContaining([{ name: '/to/*', role: 'setting', said: true }]),
      fields: { author: 'members' },
    })
    const silent = await admin(LINE, { ...READS, version: 1 })
    expect(silent.json.tool).toMatchObject({ fields: {} })
    for (const wrong of [{ roles: { a: 'goal' } }, { fields: { a: 'friends' } }])
      expect((await admin(LINE, { ...READS, version: 2, ...wrong })).status).toBe(400)
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`a${i}`, 'setting']))
    expect((await admin(LINE, { ...READS, version: 2, roles: many })).status).toBe(400)
  })

  test('a server is shown as it is configured, as it fares, and as it claims to be', async () => {
    const gateway = await desk.start('a')
    const admin = await administering(gateway)
    const before = (await admin('GET /servers')).json.servers
    expect(before).toMatchObject([
      {
        ...{ name: 'office', enabled: true, mode: 'enforce' },
        reaching: { transport: 'http', url: desk.upstream.url, credentials: [] },
        state: { failures: 0 },
      },
    ])
    await admin('POST /servers/office/refresh', {})
    const { server } = (await admin('GET /servers/office')).json
    expect(server).toMatchObject({
      ...{ tools: 2, inferred: 2, claim: { name: 'recording', version: '1' } },
      risks: risksIn(server.toolList),
      state: { listed: true, failures: 0 },
      questions: {
        reads: { known: 'some', tools: ['read_note'] },
        writes: { known: 'some', tools: ['send_message'] },
        executes: { known: 'some', tools: [] },
        runsAs: { known: 'nothing' },
        connects: { known: 'some' },
      },
    })
    expect((await admin('GET /servers/nothing')).status).toBe(404)
    expect((await admin('POST /servers/nothing/refresh', {})).status).toBe(404)

    const { settings } = (await admin('GET /settings')).json
    const paths = settings.map(({ path }: { path: string }) => path)
    expect(paths).toContain('limits.maxBody')
    const url = settings.find(({ path }: { path: string }) => path === 'servers.office.url')
    expect(url.origin).toMatch(/bailiwick\.yaml:1$/)
    expect(JSON.stringify(settings)).not.toMatch(/postgres:\/\//)
    const { health } = (await admin('GET /settings/health')).json
    expect(health.map(({ part, ok }: { part: string; ok: boolean }) => [part, ok])).toEqual([
      ['store', true],
      ['records', true],
      ['policies', true],
      ['server office', true],
    ])
    expect((await admin('GET /webhook-deliveries')).json).toEqual({ items: [] })
    await desk.upstream.stop()
    const gone = await admin('POST /servers/office/refresh', {})
    expect(gone.json.code).toBe('upstream_unreachable')
    const after = (await admin('GET /servers/office')).json.server
    expect(after.state).toMatchObject({ failures: 1, failed: { code: 'upstream_unreachable' } })
    expect(after.tools).toBe(2)
  })
})
