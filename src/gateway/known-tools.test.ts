import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Aim } from './aim.ts'
import { knownTools } from './known-tools.ts'
import type { Relay } from './relay.ts'
import { fakeExchange } from './testing/fakes.ts'
import { testCatalog } from './testing/world.ts'

const LIST: Response = {
  kind: 'result',
  id: 1,
  result: { tools: [{ name: 'read_a', inputSchema: { type: 'object' } }] },
}

/** Tools of a server whose lists wait until they are let through, or refused. */
function harness() {
  const lists: PromiseWithResolvers<Response>[] = []
  const askers: Exchange[] = []
  const catalog = testCatalog()
  const refuse = () => Promise.reject(new Error('not used'))
  const relay: Relay = {
    dispatch: refuse,
    forward: refuse,
    ask(exchange) {
      const list = Promise.withResolvers<Response>()
      lists.push(list)
      askers.push(exchange)
      exchange.cancelled.addEventListener('abort', () =>
        list.reject(new GatewayError('cancelled', 'cancelled')),
      )
      return list.promise
    },
  }
  let time = 0
  const tools = knownTools({
    lists: { relay, catalog },
    tool: catalog.tool,
    sourceOf: (server) => server,
    now: () => time,
  })
  const resolve = (client = new AbortController(), name = 'read_a') => {
    const exchange = fakeExchange('tools/call', { name }, { cancelled: client.signal })
    const aim: Aim = {
      exchange,
      action: 'call',
      server: 'files',
      kind: 'tool',
      name,
      arguments: {},
      params: {},
    }
    return tools.resolve(aim)
  }
  const pass = (milliseconds: number): void => {
    time += milliseconds
  }
  return { tools, lists, askers, resolve, pass }
}

const turn = () => new Promise(setImmediate)

describe('tools are listed before they are called', () => {
  test('once for all who wait, and then not again', async () => {
    const { lists, resolve } = harness()
    const waiting = [resolve(), resolve()]
    lists[0]?.resolve(LIST)
    await Promise.all(waiting)
    await resolve()
    expect(lists).toHaveLength(1)
  })

  test('who gives up takes nobody with him', async () => {
    const { lists, resolve } = harness()
    const first = new AbortController()
    const gone = resolve(first)
    const stays = resolve()
    first.abort()
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
    await turn()
    lists[1]?.resolve(LIST)
    expect((await stays).classification.effects).toEqual(['read'])
  })

  test('who waits for another can give up alone', async () => {
    const { lists, resolve } = harness()
    const stays = resolve()
    const second = new AbortController()
    const gone = resolve(second)
    second.abort()
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
    lists[0]?.resolve(LIST)
    await stays
    expect(lists).toHaveLength(1)
  })

  test('a tool that nobody lists is asked for and not known', async () => {
    const { lists, resolve } = harness()
    const unknown = resolve(undefined, 'nothing')
    lists[0]?.resolve(LIST)
    await expect(unknown).rejects.toMatchObject({ code: 'tool_unknown' })
  })
})

describe('tools are listed anew', () => {
  test('when the server says that they changed, even while they are listed', async () => {
    const { tools, lists, resolve } = harness()
    const first = resolve()
    tools.changed('files')
    lists[0]?.resolve(LIST)
    await first
    const second = resolve()
    expect(lists).toHaveLength(2)
    lists[1]?.resolve(LIST)
    await second
    await resolve()
    expect(lists).toHaveLength(2)
  })

  test('behind a call when they are old, and not at every call when that fails', async () => {
    const { lists, resolve, pass } = harness()
    const first = resolve()
    lists[0]?.resolve(LIST)
    await first
    pass(6 * 60_000)
    await resolve()
    expect(lists).toHaveLength(2)
    lists[1]?.reject(new GatewayError('upstream_failed', 'no'))
    await turn()
    await resolve()
    expect(lists).toHaveLength(2)
    pass(31_000)
    await resolve()
    expect(lists).toHaveLength(3)
  })
})
