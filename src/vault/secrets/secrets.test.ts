import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NewSecret } from '../../kernel/vault.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { OWNER, type SecretScene, secretScene } from '../testing/scene.ts'

const DAY = 86_400_000
const VALUE = 'a-value-that-nobody-sees'
const OF = { name: 'github', owner: 'shared' } as const
const NEW: NewSecret = { ...OF, value: VALUE, purpose: 'tests', servers: ['github'] }

describe.each(ENGINES)('secrets on %s', (engine) => {
  let scene: SecretScene
  beforeAll(async () => {
    scene = await secretScene(engine)
  })
  afterAll(() => scene.remove())
  beforeEach(async () => {
    await scene.store.db.deleteFrom('vault_secret').execute()
    await scene.store.db.deleteFrom('change').execute()
    scene.events.length = 0
    scene.changed.length = 0
  })

  const noted = async () =>
    (await scene.store.db.selectFrom('change').select(['kind', 'id', 'what']).execute()).map(
      ({ kind, id, what }) => `${kind} ${id} ${what}`,
    )
  const everything = async () =>
    JSON.stringify([
      await scene.store.db.selectFrom('vault_secret').selectAll().execute(),
      scene.events,
      await scene.secrets.list(),
    ])

  test('one that was set is given to its servers, and shown nowhere', async () => {
    const view = await scene.secrets.set({ ...NEW, rotateAfter: DAY }, OWNER)
    expect(view).toEqual({
      ...{ ...OF, purpose: 'tests', servers: ['github'], version: 1, overlaps: false },
      ...{ created: scene.time.now, changed: scene.time.now, used: undefined, expires: undefined },
      ...{ due: scene.time.now + DAY, state: 'good', exposures: [] },
    })
    expect(await scene.secrets.read(OF, 'github')).toEqual({ value: VALUE, expires: undefined })
    expect(await everything()).not.toContain(VALUE)
    expect(scene.events).toEqual([
      {
        ...{ event: 'secret.stored', outcome: 'done', target: 'github', by: OWNER },
        detail: { owner: 'shared', servers: ['github'], version: 1 },
      },
    ])
    expect(await noted()).toEqual(['credential secret:github shared changed'])
    expect(scene.changed).toEqual(['github shared'])
    await expect(scene.secrets.set(NEW, OWNER)).rejects.toMatchObject({ code: 'item_exists' })
  })

  test('no other server gets it, also when somebody writes it into the database', async () => {
    await scene.secrets.set(NEW, OWNER)
    const servers = JSON.stringify(['github', 'evil'])
    await scene.store.db.updateTable('vault_secret').set({ servers }).execute()
    await expect(scene.secrets.read(OF, 'evil')).rejects.toMatchObject({
      code: 'credential_unavailable',
    })
    expect(scene.events.at(-1)).toEqual({
      ...{ event: 'secret.refused', outcome: 'refused', target: 'github' },
      detail: { owner: 'shared', server: 'evil' },
    })
    await scene.secrets.rotate(OF, { value: 'new', overlap: 0 }, OWNER)
    await expect(scene.secrets.read(OF, 'evil')).rejects.toThrow('is not for the server')
  })

  test('rows cannot be swapped: of another owner, name or version, they do not open', async () => {
    await scene.secrets.set(NEW, OWNER)
    const ann = { name: 'github', owner: 'user:ann' } as const
    await scene.secrets.set({ ...NEW, ...ann, value: 'of ann' }, OWNER)
    const sealed = await scene.store.db
      .selectFrom('vault_secret')
      .select(['key_id', 'wrapped', 'sealed'])
      .where('owner', '=', 'shared')
      .executeTakeFirstOrThrow()
    await scene.store.db
      .updateTable('vault_secret')
      .set(sealed)
      .where('owner', '=', 'user:ann')
      .execute()
    const closed = { code: 'credential_unavailable' }
    await expect(scene.secrets.read(ann, 'github')).rejects.toMatchObject(closed)
    expect((await scene.secrets.read(OF, 'github')).value).toBe(VALUE)
    await scene.store.db.updateTable('vault_secret').set({ version: 2 }).execute()
    await expect(scene.secrets.read(OF, 'github')).rejects.toMatchObject(closed)
  })

  test('two versions are good until the overlap is over; then the old one is destroyed', async () => {
    await scene.secrets.set(NEW, OWNER)
    scene.time.now += 1
    const change = { value: 'second', overlap: DAY, version: 1 }
    const view = await scene.secrets.rotate(OF, change, OWNER)
    expect(view).toMatchObject({ version: 2, overlaps: true, changed: scene.time.now })
    expect(view.created).toBe(scene.time.now - 1)
    expect((await scene.secrets.read(OF, 'github')).value).toBe('second')
    const until = scene.time.now + DAY
    expect(await scene.secrets.readPrevious(OF, 'github')).toEqual({ value: VALUE, expires: until })
    await expect(scene.secrets.readPrevious(OF, 'evil')).rejects.toThrow('is not for the server')
    await expect(scene.secrets.rotate(OF, change, OWNER)).rejects.toMatchObject({
      code: 'version_conflict',
    })
    scene.time.now = until
    expect((await scene.secrets.list())[0]?.overlaps).toBe(false)
    await expect(scene.secrets.readPrevious(OF, 'github')).rejects.toMatchObject({
      code: 'item_unknown',
    })
    expect(await scene.store.db.selectFrom('vault_secret').select('version').execute()).toEqual([
      { version: 2 },
    ])
  })

  test('no more than two versions are kept, and without an overlap one', async () => {
    await scene.secrets.set(NEW, OWNER)
    const versions = async () =>
      (await scene.store.db.selectFrom('vault_secret').select('version').execute()).map(
        ({ version }) => version,
      )
    await scene.secrets.rotate(OF, { value: '2', overlap: DAY }, OWNER)
    await scene.secrets.rotate(OF, { value: '3', overlap: DAY }, OWNER)
    expect((await versions()).sort()).toEqual([2, 3])
    await scene.secrets.rotate(OF, { value: '4', overlap: 0 }, OWNER)
    expect(await versions()).toEqual([4])
    await scene.secrets.rotate(OF, { value: '5', overlap: DAY }, OWNER)
    scene.time.now += DAY
    await scene.secrets.sweep()
    expect(await versions()).toEqual([5])
  })

  test('of two that rotate at once, one is told that it was too late', async () => {
    await scene.secrets.set(NEW, OWNER)
    const ends = await Promise.allSettled(
      ['a', 'b', 'c'].map((value) => scene.secrets.rotate(OF, { value, overlap: DAY }, OWNER)),
    )
    const good = ends.filter(({ status }) => status === 'fulfilled')
    const codes = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []))
    expect(good.length).toBeGreaterThan(0)
    expect(codes.every((code) => code === 'version_conflict')).toBe(true)
    const [view] = await scene.secrets.list()
    expect(view?.version).toBe(1 + good.length)
    // The evidence never says more than happened.
    const refused = scene.events.filter(
      ({ event, outcome }) => event === 'secret.rotated' && outcome === 'refused',
    )
    expect(refused.length).toBeLessThanOrEqual(codes.length)
  })

  test('one that was removed is gone, with all versions', async () => {
    await scene.secrets.set(NEW, OWNER)
    await scene.secrets.rotate(OF, { value: 'second', overlap: DAY }, OWNER)
    await scene.secrets.remove(OF, OWNER)
    expect(await scene.store.db.selectFrom('vault_secret').selectAll().execute()).toEqual([])
    expect(await noted()).toContain('credential secret:github shared revoked')
    const gone = { code: 'item_unknown' }
    await expect(scene.secrets.read(OF, 'github')).rejects.toMatchObject(gone)
    await expect(scene.secrets.remove(OF, OWNER)).rejects.toMatchObject(gone)
  })

  test('one that has expired is given to nobody; one that is due still is', async () => {
    await scene.secrets.set({ ...NEW, expires: scene.time.now + 100 * DAY }, OWNER)
    const state = async () => (await scene.secrets.list())[0]?.state
    expect(await state()).toBe('good')
    scene.time.now += 90 * DAY
    expect(await state()).toBe('due')
    expect((await scene.secrets.read(OF, 'github')).value).toBe(VALUE)
    scene.time.now += 10 * DAY
    expect(await state()).toBe('expired')
    await expect(scene.secrets.read(OF, 'github')).rejects.toThrow('has expired')
    // Neither does a longer life in the database revive it.
    await scene.store.db.updateTable('vault_secret').set({ expires: null }).execute()
    await expect(scene.secrets.read(OF, 'github')).rejects.toThrow('has expired')
    await scene.secrets.rotate(OF, { value: 'new', overlap: DAY }, OWNER)
    expect(await state()).toBe('good')
  })

  test('one that was seen outside says where, is told of once, and is good again when it is new', async () => {
    await scene.secrets.set(NEW, OWNER)
    const seen = (where: string, at: number) =>
      scene.secrets.exposed(OF, { at, place: 'result', where })
    expect(await seen('github read_file', scene.time.now)).toMatchObject({
      state: 'exposed',
      servers: ['github'],
      exposures: [{ at: scene.time.now, place: 'result', where: 'github read_file' }],
    })
    await seen('github read_file', scene.time.now + 59_999)
    const later = scene.time.now + 60_000
    expect((await seen('github read_file', later)).exposures).toMatchObject([{ at: later }])
    const told = () => scene.events.filter(({ event }) => event === 'secret.exposed').length
    expect(told()).toBe(1)
    for (let nr = 0; nr < 20; nr += 1) await seen(`place ${nr}`, later + nr)
    const [view] = await scene.secrets.list()
    expect(view?.exposures).toHaveLength(16)
    expect(view?.exposures.at(-1)?.where).toBe('place 19')
    const fresh = await scene.secrets.rotate(OF, { value: 'new', overlap: DAY }, OWNER)
    expect(fresh).toMatchObject({ state: 'good', exposures: [] })
  })

  test('sightings that come at once are all kept', async () => {
    await scene.secrets.set(NEW, OWNER)
    const at = scene.time.now
    await Promise.all(
      ['a', 'b', 'c'].map((where) => scene.secrets.exposed(OF, { at, place: 'log', where }, OWNER)),
    )
    const [view] = await scene.secrets.list()
    expect(view?.exposures.map(({ where }) => where).sort()).toEqual(['a', 'b', 'c'])
  })

  test('a use is noted at most once a minute', async () => {
    await scene.secrets.set(NEW, OWNER)
    const first = scene.time.now
    const used = async () => (await scene.secrets.list())[0]?.used
    await scene.secrets.read(OF, 'github')
    await expect.poll(used).toBe(first)
    scene.time.now += 59_999
    await scene.secrets.read(OF, 'github')
    expect(await used()).toBe(first)
    scene.time.now += 1
    await scene.secrets.read(OF, 'github')
    await expect.poll(used).toBe(scene.time.now)
  })

  test.each<[string, Partial<NewSecret>]>([
    ['a name that leads elsewhere', { name: '../x' }],
    ['an owner that is none', { owner: 'group:all' as 'shared' }],
    ['an empty value', { value: '' }],
    ['a value with a zero byte', { value: 's3cr3t\0' }],
    ['a value that is too long', { value: 's3cr3t'.repeat(20_000) }],
    ['a server that cannot be', { servers: ['*'] }],
    ['a time that has passed', { expires: 1 }],
    ['a time that is none', { expires: Number.NaN }],
  ])('%s is refused, without saying the value', async (_, wrong) => {
    const error = await scene.secrets.set({ ...NEW, ...wrong }, OWNER).catch((cause) => cause)
    expect(error).toMatchObject({ code: 'params_invalid' })
    expect(String(error)).not.toContain('s3cr3t')
    expect(scene.events).toEqual([])
  })

  test('nothing is stored, changed or removed that is not witnessed', async () => {
    await scene.secrets.set(NEW, OWNER)
    const { openSecrets } = await import('./secrets.ts')
    const witness = () => Promise.reject(new Error('no witness'))
    const secrets = openSecrets({ ...scene.options, witness })
    const before = await everything()
    await expect(secrets.set({ ...NEW, name: 'x' }, OWNER)).rejects.toThrow('no witness')
    await expect(secrets.rotate(OF, { value: 'x', overlap: 0 }, OWNER)).rejects.toThrow()
    await expect(secrets.remove(OF, OWNER)).rejects.toThrow('no witness')
    expect(await everything()).toBe(before)
  })
})
