import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ORIGIN, openWorld, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const INVALID = { code: 'token_invalid', message: 'the token is not valid' }

describe('of a genuine token that is refused', () => {
  test('there is an event, once', async () => {
    const token = await world.token({ jti: 't1' })
    for (let count = 0; count < 3; count += 1)
      await expect(world.ask(token, { path: '/mcp/files' })).rejects.toMatchObject(INVALID)
    expect(world.events).toEqual([
      {
        event: 'token.refused',
        outcome: 'refused',
        subject: 'user:ada',
        client: 'c1',
        target: 'g1',
        detail: { why: 'another resource', path: '/mcp/files', issuer: ORIGIN },
      },
    ])
  })

  test('there is no more than that if nobody can witness it', async () => {
    const other = await openWorld({
      witness: async () => {
        throw new Error('no')
      },
    })
    await expect(other.ask(await other.token({ sub: 'bob' }))).rejects.toMatchObject(INVALID)
    await other.close()
  })

  test('there are not more events than the records bear', async () => {
    for (let count = 0; count < 250; count += 1)
      await world.ask(await world.token({ sub: 'bob' })).catch(() => {})
    expect(world.events).toHaveLength(200)
    world.now += 60_000
    await world.identity.refresh()
    await world.ask(await world.token({ sub: 'bob' })).catch(() => {})
    expect(world.events.at(-1)?.detail).toMatchObject({ unsaid: 50 })
  })

  test('and of one that is not genuine there is no event', async () => {
    await expect(world.ask(`${await world.token()}x`)).rejects.toMatchObject(INVALID)
    expect(world.events).toEqual([])
  })
})
