import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { Exchange } from '../mcp/exchange.ts'
import { type Edition, type MaxAge, maxAgeOf, recheck } from './recheck.ts'
import { fakeExchange } from './testing/fakes.ts'

/** Lists that wait until they are let through, or refused; each server lists in one edition. */
function harness(maxAge: MaxAge = maxAgeOf('auto')) {
  const lists: PromiseWithResolvers<Edition>[] = []
  let known: Edition | undefined
  let time = 0
  const links = new Map<string, object>()
  const checked = recheck({
    list(exchange) {
      const list = Promise.withResolvers<Edition>()
      lists.push(list)
      exchange.cancelled.addEventListener('abort', () =>
        list.reject(new GatewayError('cancelled', 'cancelled')),
      )
      return list.promise.then((edition) => {
        known = edition
        return edition
      })
    },
    edition: () => known,
    async linkOf({ conversation }) {
      const link = links.get(conversation.holder) ?? {}
      links.set(conversation.holder, link)
      return link
    },
    maxAge,
    now: () => time,
  })
  const current = (exchange: Exchange = fakeExchange('tools/call', {})): Promise<unknown> =>
    checked.current(exchange, 'files', ['tools'], () => known)
  const of = (holder: string): Exchange => {
    const { conversation, ...rest } = fakeExchange('tools/call', {})
    return { ...rest, conversation: { ...conversation, holder } }
  }
  return {
    checked,
    lists,
    current,
    of,
    pass: (milliseconds: number) => {
      time += milliseconds
    },
  }
}

const turn = () => new Promise(setImmediate)
const ONE: Edition = { edition: 1 }
const TWO: Edition = { edition: 2 }

test.each([
  ['auto', 0, 10],
  ['auto', 30, 300],
  ['auto', 60_000, 5_000],
  [0, 1_000, 0],
  [2_000, 1, 2_000],
] as const)('recheck %s: after a list of %d ms the next is due in %d ms', (setting, took, due) => {
  expect(maxAgeOf(setting)(took)).toBe(due)
})

describe('a list is taken before it is relied on', () => {
  test('once for all who wait, and again when it is old', async () => {
    const { lists, current, pass } = harness()
    const waiting = [current(), current()]
    await turn()
    pass(20)
    lists[0]?.resolve(ONE)
    expect(await Promise.all(waiting)).toEqual([ONE, ONE])
    pass(180)
    await current()
    expect(lists).toHaveLength(1)
    pass(1)
    const later = current()
    await turn()
    expect(lists).toHaveLength(2)
    lists[1]?.resolve(TWO)
    expect(await later).toBe(TWO)
  })

  test('with no patience, each call has a list that began after it came', async () => {
    const { lists, current, pass } = harness(maxAgeOf(0))
    const first = current()
    await turn()
    pass(1)
    const later = [current(), current()]
    await turn()
    expect(lists).toHaveLength(1)
    lists[0]?.resolve(ONE)
    expect(await first).toBe(ONE)
    await turn()
    expect(lists).toHaveLength(2)
    lists[1]?.resolve(TWO)
    expect(await Promise.all(later)).toEqual([TWO, TWO])
  })

  test('over each link: what a server tells one is no proof of what it tells another', async () => {
    const { lists, current, of } = harness()
    const one = current(of('ann'))
    const other = current(of('bob'))
    await turn()
    expect(lists).toHaveLength(2)
    lists[0]?.resolve(ONE)
    lists[1]?.resolve(ONE)
    await Promise.all([one, other])
    const again = current(of('ann'))
    await turn()
    expect(lists).toHaveLength(2)
    await again
  })

  test('again, when another link was told something else since', async () => {
    const { lists, current, of } = harness()
    const one = current(of('ann'))
    await turn()
    lists[0]?.resolve(ONE)
    await one
    const other = current(of('bob'))
    await turn()
    lists[1]?.resolve(TWO)
    await other
    const again = current(of('ann'))
    await turn()
    expect(lists).toHaveLength(3)
    lists[2]?.resolve(ONE)
    expect(await again).toBe(ONE)
  })

  test('again, when its server says that it changed, even while it is taken', async () => {
    const { checked, lists, current } = harness()
    const first = current()
    await turn()
    checked.changed('files', 'tools')
    lists[0]?.resolve(ONE)
    await first
    const second = current()
    await turn()
    expect(lists).toHaveLength(2)
    lists[1]?.resolve(TWO)
    expect(await second).toBe(TWO)
    await current()
    expect(lists).toHaveLength(2)
  })
})

describe('what is not known as it is now is not used', () => {
  test('a list that cannot be had refuses all who wait, and the next one asks anew', async () => {
    const { lists, current } = harness()
    const waiting = [current(), current()]
    await turn()
    lists[0]?.reject(new GatewayError('upstream_failed', 'no'))
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'upstream_failed' })
    const next = current()
    await turn()
    expect(lists).toHaveLength(2)
    lists[1]?.resolve(ONE)
    await next
  })

  test('one that was young once does not stand in for one that cannot be had', async () => {
    const { lists, current, pass } = harness()
    const first = current()
    await turn()
    lists[0]?.resolve(ONE)
    await first
    pass(11)
    const next = current()
    await turn()
    lists[1]?.reject(new GatewayError('upstream_timeout', 'no'))
    await expect(next).rejects.toMatchObject({ code: 'upstream_timeout' })
  })

  test('who gives up takes nobody with him', async () => {
    const { lists, current } = harness()
    const first = new AbortController()
    const gone = current(fakeExchange('tools/call', {}, { cancelled: first.signal }))
    await turn()
    const stays = current()
    await turn()
    first.abort()
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
    await turn()
    lists[1]?.resolve(ONE)
    expect(await stays).toBe(ONE)
  })
})
