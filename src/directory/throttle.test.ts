import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../store/testing/fresh-store.ts'
import {
  enrol,
  type FreshDirectory,
  freshDirectory,
  PASSWORD,
  refusal,
} from './testing/fresh-directory.ts'
import { THROTTLE } from './throttle.ts'

const WRONG = 'not this one'
const HERE = '198.51.100.7'
/** Addresses that nobody has logged in from. */
const elsewhere = (at: number): string => `2001:db8:${at.toString(16)}::1`

describe.each(ENGINES)('throttling on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
    await enrol(directory, 'ada')
  })
  afterEach(() => directory.remove())

  const check = (login: string, password: string, from: string) =>
    directory.accounts.checkPassword(login, password, from)

  /** Attempts under the name, each from another address, until one is throttled. */
  async function exhaust(login: string) {
    for (let at = 0; ; at += 1) {
      const result = await check(login, WRONG, elsewhere(at))
      if ('retryAfter' in result) return { attempts: at, retryAfter: result.retryAfter }
    }
  }

  test('waits double under one name, up to a bound, and nobody waits longer for trying', async () => {
    const { clock } = directory
    const { attempts, retryAfter } = await exhaust('ada')
    expect([attempts, retryAfter]).toEqual([THROTTLE.name.free + 1, THROTTLE.name.first])
    const waits: number[] = []
    for (let at = 100; at < 115; at += 1) {
      const early = await check('ada', PASSWORD, elsewhere(at))
      if (!('retryAfter' in early)) throw new Error('was let in early')
      waits.push(early.retryAfter)
      expect(await check('ada', PASSWORD, elsewhere(at))).toEqual(early)
      clock.now += early.retryAfter
      expect(await check('ada', WRONG, elsewhere(at))).toEqual({ refused: 'wrong' })
    }
    expect(waits.slice(0, 11)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 900_000,
    ])
    expect(Math.max(...waits)).toBe(THROTTLE.name.most)
    clock.now += THROTTLE.name.most
    expect(await check('ada', PASSWORD, elsewhere(999))).toMatchObject({ user: { id: 'ada' } })
    // Success: everything is as before.
    expect((await exhaust('ada')).attempts).toBe(THROTTLE.name.free + 1)
  })

  test('names that do not exist are throttled alike', async () => {
    expect(await exhaust('nobody')).toEqual(await exhaust('ada'))
    expect(await exhaust('not|an id')).toEqual(await exhaust('ada '.repeat(100)))
  })

  test('one address is throttled whatever the names; others are not', async () => {
    const results: unknown[] = []
    for (let at = 0; at <= THROTTLE.address.free + 1; at += 1)
      results.push(refusal(await check(`name${at}`, WRONG, '2001:db8::1')))
    expect(results.indexOf('throttled')).toBe(THROTTLE.address.free + 1)
    const same = await check('ada', PASSWORD, '2001:db8::ffff:2')
    expect(same).toMatchObject({ refused: 'throttled' })
    expect(await check('ada', PASSWORD, HERE)).toMatchObject({ user: { id: 'ada' } })
    for (const method of ['checkRecoveryCode', 'checkPasskey'] as const) {
      const { accounts } = directory
      const result =
        method === 'checkPasskey'
          ? await accounts.checkPasskey({}, 'x', '2001:db8::3')
          : await accounts.checkRecoveryCode('ada', 'x', '2001:db8::3')
      expect(result).toMatchObject({ refused: 'throttled' })
    }
  })

  test('logins that succeed do not use an address up', async () => {
    for (let at = 0; at < 2 * THROTTLE.address.free; at += 1)
      expect(await check('ada', PASSWORD, HERE)).toMatchObject({ user: { id: 'ada' } })
  })

  test('an attempt that its name refuses does not count against its address', async () => {
    await exhaust('ada')
    for (let at = 0; at < 2 * THROTTLE.address.free; at += 1)
      expect(refusal(await check('ada', PASSWORD, HERE))).toBe('throttled')
    await enrol(directory, 'bob')
    expect(await check('bob', PASSWORD, HERE)).toMatchObject({ user: { id: 'bob' } })
  })

  test('a login that succeeds leaves no wait to others at its address', async () => {
    for (let at = 0; at <= THROTTLE.address.free; at += 1) await check(`name${at}`, WRONG, HERE)
    directory.clock.now += THROTTLE.address.first
    expect(await check('ada', PASSWORD, HERE)).toMatchObject({ user: { id: 'ada' } })
    expect(await check('ada', PASSWORD, HERE)).toMatchObject({ user: { id: 'ada' } })
  })

  test('whoever tries a name keeps its owner neither from known addresses nor from other ways', async () => {
    directory.clock.now += 1
    await check('ada', PASSWORD, HERE)
    const [, code = ''] = await enrol(directory, 'bob')
    await exhaust('ada')
    await exhaust('bob')
    expect(await check('ada', PASSWORD, '203.0.113.9')).toMatchObject({ refused: 'throttled' })
    expect(await check('ada', PASSWORD, HERE)).toMatchObject({ user: { id: 'ada' } })
    expect(await directory.accounts.checkRecoveryCode('bob', code, HERE)).toMatchObject({
      user: { id: 'bob' },
    })
    // A known address has no free guesses either.
    for (let at = 0; at <= THROTTLE.name.free; at += 1) await check('ada', WRONG, HERE)
    expect(await check('ada', PASSWORD, HERE)).toMatchObject({ refused: 'throttled' })
    // Nor does it stay known for ever.
    directory.clock.now += 31 * 24 * 60 * 60_000
    await exhaust('ada')
    expect(await check('ada', PASSWORD, HERE)).toMatchObject({ refused: 'throttled' })
  })

  test('counting starts anew after an hour of silence, and a clock that was set back locks nobody out', async () => {
    const { clock } = directory
    await exhaust('ada')
    clock.now += 2 * 60 * 60_000
    expect((await exhaust('ada')).attempts).toBe(THROTTLE.name.free + 1)
    clock.now -= 365 * 24 * 60 * 60_000
    expect(await check('ada', PASSWORD, HERE)).toMatchObject({ user: { id: 'ada' } })
  })

  test('nothing that was typed stands in the database', async () => {
    await check('correct horse staple', WRONG, HERE)
    const rows = await directory.store.db.selectFrom('login_attempt').selectAll().execute()
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toMatch(/horse|198\.51/)
  })
})
