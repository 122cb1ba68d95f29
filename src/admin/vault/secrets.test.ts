import { describe, expect, test } from 'vitest'
import { inConsole } from '../testing/in-console.ts'
import { ask, behind, serveApi } from '../testing/served.ts'
import { atVault } from '../testing/vault.ts'

serveApi()

const VALUE = 'sk-marked-7f31c0'
const NEW = { name: 'new-one', value: VALUE, purpose: 'to look', servers: ['crm'] }
const told = (name: string) => atVault.asked.filter(([what]) => what === name)
const names = (items: readonly { name: string; owner: string }[]) =>
  items.map(({ name, owner }) => `${name} ${owner}`)

describe('one’s own secrets', () => {
  test('are listed, and nobody else’s', async () => {
    const { json } = await ask('GET', '/me/secrets', { as: 'member' })
    expect(names(json.items)).toEqual(['mine user:ann'])
    expect(json.items[0]).toMatchObject({ version: 3, due: expect.stringMatching(/Z$/) })
  })

  test('are kept in the caller’s name, whoever they say', async () => {
    const body = { ...NEW, expires: '2099-01-01T00:00:00Z', rotateAfterDays: 30 }
    const { status, json } = await ask('POST', '/me/secrets', { as: 'member', body })
    expect([status, json.secret.owner]).toEqual([201, 'user:ann'])
    expect(told('set')).toMatchObject([
      [
        'set',
        {
          ...{ name: 'new-one', owner: 'user:ann', value: VALUE, servers: ['crm'] },
          ...{ expires: Date.UTC(2099, 0), rotateAfter: 30 * 86_400_000 },
        },
        { subject: 'user:ann' },
      ],
    ])
    const foreign = { as: 'owner', body: { ...NEW, owner: 'user:eve' } }
    expect((await ask('POST', '/me/secrets', foreign)).status).toBe(400)
    expect((await ask('POST', '/me/secrets', { ...inConsole('eve'), body: NEW })).status).toBe(201)
    expect(told('set').map(([, kept]) => (kept as { owner: string }).owner)).toEqual([
      'user:ann',
      'user:eve',
    ])
  })

  test('are changed and destroyed by whose they are', async () => {
    const path = '/me/secrets/mine'
    const changed = await ask('POST', `${path}/rotate`, {
      as: 'member',
      body: { value: VALUE, overlapMinutes: 2 },
    })
    expect(changed.json.secret).toMatchObject({ version: 4, overlaps: true })
    expect(
      (await ask('POST', `${path}/exposed`, { as: 'member', body: { where: 'a paste' } })).json,
    ).toMatchObject({ secret: { state: 'exposed', exposures: [{ place: 'reported' }] } })
    expect((await ask('DELETE', path, { as: 'member' })).json).toEqual({ removed: true })
    const owner = 'user:ann'
    for (const [what, of] of atVault.asked) expect(of, what).toEqual({ name: 'mine', owner })
    expect(atVault.secrets.has('mine user:eve')).toBe(true)
    expect(behind.settled).toBe(3)
  })

  test('of somebody else are not there', async () => {
    const at = '/me/secrets/theirs'
    const body = { value: VALUE }
    expect((await ask('POST', `${at}/rotate`, { body })).status).toBe(404)
    expect((await ask('POST', `${at}/exposed`, { body: { where: 'x' } })).status).toBe(404)
    expect((await ask('DELETE', at)).status).toBe(404)
    expect(atVault.asked).toEqual([])
  })
})

describe('secrets of all', () => {
  test('are listed for who looks after people, without exception', async () => {
    for (const as of ['member', 'eve', 'approver'])
      expect((await ask('GET', '/secrets', { as })).status, as).toBe(403)
    const { json } = await ask('GET', '/secrets', { as: 'auditor' })
    const all = ['crm shared', 'mine user:ann', 'mine user:eve', 'theirs user:eve']
    expect(names(json.items)).toEqual(all)
    const eves = await ask('GET', '/secrets?owner=user%3Aeve&limit=1')
    expect([names(eves.json.items), eves.json.next]).toEqual([['mine user:eve'], 'mine user:eve'])
    expect((await ask('GET', '/secrets?state=due')).json.items).toEqual([])
  })

  test('shared ones are kept and changed by who looks after servers', async () => {
    const set = (as: string) => ask('POST', '/secrets', { as, body: NEW })
    for (const as of ['member', 'auditor', 'approver', 'robot', 'reader'])
      expect((await set(as)).status, as).toBe(403)
    expect(atVault.asked).toEqual([])
    expect((await set('runner')).json.secret.owner).toBe('shared')
    const again = await set('owner')
    expect([again.status, again.json.code]).toEqual([409, 'item_exists'])
    const rotate = { as: 'runner', body: { value: VALUE } }
    expect((await ask('POST', '/secrets/crm/rotate', rotate)).json.secret.version).toBe(4)
  })

  test('no value is put into a secret of somebody else', async () => {
    const own = { ...NEW, owner: 'user:eve' }
    expect((await ask('POST', '/secrets', { body: own })).status).toBe(400)
    const rotate = { body: { value: VALUE, owner: 'user:eve' } }
    expect((await ask('POST', '/secrets/theirs/rotate', rotate)).status).toBe(400)
    expect((await ask('POST', '/secrets/theirs/rotate', { body: { value: VALUE } })).status).toBe(
      404,
    )
    expect(atVault.asked).toEqual([])
  })

  test('one of a person is destroyed, or said to be exposed, in that person’s stead', async () => {
    const eves = `?${new URLSearchParams({ owner: 'user:eve' })}`
    expect((await ask('DELETE', `/secrets/theirs${eves}`, { as: 'runner' })).status).toBe(403)
    expect((await ask('DELETE', `/secrets/theirs${eves}`, { as: 'member' })).status).toBe(403)
    expect(told('remove')).toEqual([])
    const seen = { owner: 'user:eve', place: 'log', where: 'build 12' }
    const report = await ask('POST', '/secrets/theirs/exposed', { as: 'runner', body: seen })
    expect(report.json.secret).toMatchObject({ state: 'exposed', exposures: [{ place: 'log' }] })
    expect(told('exposed')).toMatchObject([
      ['exposed', { owner: 'user:eve' }, { where: 'build 12' }, { subject: 'user:dee' }],
    ])
    expect((await ask('DELETE', `/secrets/theirs${eves}`)).status).toBe(200)
    expect((await ask('DELETE', '/secrets/mine')).status).toBe(404)
    expect(told('remove')).toMatchObject([['remove', { name: 'theirs', owner: 'user:eve' }, {}]])
  })

  test('what uses one is told to who looks after it', async () => {
    const { json } = await ask('GET', '/secrets/crm/dependants', { as: 'runner' })
    expect(json.items).toEqual([
      { server: 'crm', goes: 'header X-Key', reference: 'secret://vault/crm' },
    ])
    expect((await ask('GET', '/secrets/gone/dependants')).status).toBe(404)
    expect((await ask('GET', '/secrets/crm/dependants', { as: 'member' })).status).toBe(403)
  })

  test('a change is of the version that its author saw', async () => {
    const rotate = (asked: object) => ask('POST', '/secrets/crm/rotate', asked)
    const stale = await rotate({ body: { value: VALUE, version: 2 } })
    expect([stale.status, stale.json.code]).toEqual([412, 'version_conflict'])
    const old = await rotate({ body: { value: VALUE }, headers: { 'if-match': '"2"' } })
    expect(old.status).toBe(412)
    expect(atVault.asked).toEqual([])
    expect((await rotate({ body: { value: VALUE }, headers: { 'if-match': '"3"' } })).status).toBe(
      200,
    )
    // Whoever was faster in between is for the desk to see.
    expect(told('rotate')).toMatchObject([['rotate', {}, { version: 3, overlap: 0 }, {}]])
  })
})
