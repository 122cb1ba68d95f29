import { fork } from 'node:child_process'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openEgress } from './egress.ts'
import { openListeners, wantedListeners } from './listeners.ts'
import { listening, rule } from './testing/opened.ts'

const WATCH = { denied: () => {}, used: () => {} }

describe('listeners', () => {
  test('are the proxy, the name server and every allowed port, each once', () => {
    const rules = [rule('a.test', 443), rule('b.test', 443), rule('b.test', 80, { proto: 'http' })]
    expect(wantedListeners(rules).spec).toEqual({
      tcp: [
        { host: '127.0.0.1', port: 3_128 },
        { host: '0.0.0.0', port: 80 },
        { host: '0.0.0.0', port: 443 },
      ],
      udp: [{ host: '127.0.0.1', port: 53 }],
    })
  })

  test('leave the port of the proxy to a rule that has it', () => {
    expect(wantedListeners([rule('a.test', 3_128)]).proxyPort).toBe(3_129)
  })

  test('that were not asked for, are of another kind, or come twice end it all', async () => {
    const spec = { tcp: [{ host: '127.0.0.1', port: 1 }], udp: [{ host: '127.0.0.1', port: 1 }] }
    const arrivals = { connection: () => {}, datagrams: () => {} }
    const server = await listening('127.0.0.1')
    for (const [message, handle] of [
      [{ opened: 'tcp', port: 2 }, server],
      [{ opened: 'udp', port: 1 }, server],
      [{ opened: 'tcp', port: 1 }, undefined],
      [{ opened: 'all' }, undefined],
      [null, undefined],
      ['tcp', server],
    ] as const) {
      const listeners = openListeners(spec, arrivals)
      expect(() => listeners.take(message, handle)).toThrow('could not be set up')
    }
    expect(server.listening).toBe(false)
    const first = await listening('127.0.0.1')
    const twice = openListeners(spec, arrivals)
    expect(twice.take({ opened: 'tcp', port: 1 }, first)).toBe('more')
    expect(() => twice.take({ opened: 'tcp', port: 1 }, createServer())).toThrow()
  })

  test('are handed over even if the gateway lets go at the last word', async () => {
    const { program } = openEgress({ server: 'notes', rules: [], watch: WATCH })
    const spec = '{"tcp":[{"host":"127.0.0.1","port":0}],"udp":[]}'
    for (let round = 0; round < 5; round += 1) {
      const child = fork(program, [spec], { execArgv: [] })
      child.on('message', (message: { opened?: string }, handle) => {
        if (handle !== undefined && 'close' in handle) handle.close()
        if (message.opened === 'all') child.disconnect()
      })
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
    }
  })
})
