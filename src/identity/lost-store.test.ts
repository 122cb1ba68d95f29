import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorld, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const INVALID = { code: 'token_invalid', message: 'the token is not valid' }

describe('when the database cannot be reached', () => {
  const losing = async (whenStoreIsLost: 'deny' | 'until-expiry') => {
    const other = await openWorld({ whenStoreIsLost })
    const [known, fresh] = [await other.token(), await other.token({ sub: 'bob' })]
    await other.ask(known)
    await other.fresh.store.close()
    other.up = false
    await other.identity.refresh()
    return { other, known, fresh, close: () => other.identity.close() }
  }

  test('nothing is taken after two seconds', async () => {
    const { other, known, close } = await losing('deny')
    other.now += 2_000
    await other.ask(known)
    other.now += 1
    await expect(other.ask(known)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'tokens cannot be checked at the moment',
    })
    await close()
  })

  test('or what is known is taken until it is over', async () => {
    const { other, known, fresh, close } = await losing('until-expiry')
    other.now += 200_000
    await other.ask(known)
    await expect(other.ask(fresh)).rejects.toMatchObject({ code: 'store_unavailable' })
    other.now += 101_000 + 10_000
    await expect(other.ask(known)).rejects.toMatchObject(INVALID)
    await close()
  })

  test('or what was revoked before stays so', async () => {
    const other = await openWorld({ whenStoreIsLost: 'until-expiry' })
    const token = await other.token()
    await other.ask(token)
    await other.note({ kind: 'user', id: 'ada', what: 'revoked' })
    await other.fresh.store.close()
    other.now += 10_000
    await expect(other.ask(token)).rejects.toMatchObject(INVALID)
    await other.identity.close()
  })

  test('a machine that slept hears first, and then takes what is good', async () => {
    const token = await world.token({ exp: Math.floor(world.now / 1_000) + 3_000 })
    await world.ask(token)
    world.now += 600_000
    await world.ask(token)
  })

  test('a database that hangs keeps nobody waiting for long, and not again and again', async () => {
    let looks = 0
    const other = await openWorld({
      feed: async () => ({
        aliveAt: () => 0,
        poke: () => {
          looks += 1
          return sleep(600_000, undefined, { ref: false })
        },
        close: async () => {},
      }),
    })
    const token = await other.token()
    const ask = () => expect(other.ask(token)).rejects.toMatchObject({ code: 'store_unavailable' })
    await Promise.all([ask(), ask()])
    await ask()
    expect(looks).toBe(1)
    other.now += 5_000
    await ask()
    expect(looks).toBe(2)
    await other.close()
  })
})
