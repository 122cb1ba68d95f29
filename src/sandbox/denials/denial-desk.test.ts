import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SecurityEvent } from '../../kernel/event.ts'
import type { SandboxDenial } from '../../kernel/sandbox.ts'
import { denialDesk } from './denial-desk.ts'

const HOST: SandboxDenial = {
  server: 'mail',
  layer: 'net',
  op: 'connect',
  target: 'api.acme.io:443',
  reason: 'host-not-listed',
  suggestion: 'servers.mail.sandbox.network.allow: { host: api.acme.io, ports: [443] }',
}

function open(witness?: (event: SecurityEvent) => Promise<void>) {
  const events: SecurityEvent[] = []
  const logged: string[] = []
  let now = 0
  const desk = denialDesk({
    witness: witness ?? (async (event) => void events.push(event)),
    clock: () => now,
    log: (message) => logged.push(message),
  })
  const counts = (): unknown[] => events.map(({ detail }) => detail?.['count'])
  const wait = (time: number): void => {
    now += time
  }
  return { desk, events, logged, counts, wait }
}

describe('denials', () => {
  test('are told at the first time, then at each tenfold, then at the end', async () => {
    const { desk, events, counts } = open()
    for (let count = 0; count < 1_234; count += 1) desk.denied(HOST)
    await desk.close()
    expect(counts()).toEqual([1, 10, 100, 1_000, 1_234])
    expect(events[0]).toEqual({
      event: 'sandbox.denied',
      outcome: 'refused',
      target: 'mail',
      detail: {
        layer: 'net',
        op: 'connect',
        target: 'api.acme.io:443',
        reason: 'host-not-listed',
        count: 1,
        suggestion: HOST.suggestion,
      },
    })
  })

  test('that stopped for an hour are news again', () => {
    const { desk, counts, wait } = open()
    desk.denied(HOST)
    wait(30 * 60_000)
    desk.denied(HOST)
    expect(counts()).toEqual([1])
    wait(60 * 60_000)
    desk.denied(HOST)
    expect(counts()).toEqual([1, 1])
  })

  test('of one server in a flood hide nothing of another, and are few', async () => {
    const { desk, events } = open()
    for (let at = 0; at < 50_000; at += 1)
      desk.denied({ ...HOST, layer: 'dns', target: `x${at}.attacker.io` })
    const flood = events.length
    expect(flood).toBeLessThan(40)
    desk.denied({ ...HOST, server: 'files' })
    expect(events.at(-1)).toMatchObject({ target: 'files', detail: { count: 1 } })
    await desk.close()
    const sum = events.findLast(({ detail }) => detail?.['target'] === 'others')
    expect(sum?.detail).toMatchObject({ layer: 'dns', reason: 'too-many', count: 50_000 - 30 })
  })

  test('get room again as time goes on', () => {
    const { desk, events, wait } = open()
    for (let at = 0; at < 150; at += 1) desk.denied({ ...HOST, target: `x${at}.io:443` })
    const before = events.length
    wait(20_000)
    desk.denied({ ...HOST, target: 'later.io:443' })
    expect(events.slice(before).map(({ detail }) => detail?.['target'])).toEqual(['later.io:443'])
  })

  test('that cannot be recorded are said, and stop nothing', async () => {
    const { desk, logged } = open(() => Promise.reject(new Error('disk full')))
    desk.denied(HOST)
    desk.ended('mail', { reason: 'memory', signal: 'SIGKILL' })
    await desk.close()
    expect(logged).toHaveLength(2)
  })

  test('hold no text that a terminal obeys, whatever a server names', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2_000 }),
        fc.constantFrom('net', 'dns', 'fs', 'env') as fc.Arbitrary<SandboxDenial['layer']>,
        (target, layer) => {
          const { desk, events } = open()
          desk.denied({ ...HOST, layer, target, suggestion: `allow ${target}` })
          const text = String(events[0]?.detail?.['target'])
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
          expect(text.length).toBeLessThan(301 * 10)
          expect(String(events[0]?.detail?.['suggestion'])).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        },
      ),
    )
  })
})

test('ends and refusals are recorded', async () => {
  const { desk, events } = open()
  desk.ended('mail', { reason: 'memory', signal: 'SIGKILL' })
  desk.refused('mail', 'bwrap_missing', 'run `apt-get install bubblewrap`')
  await desk.close()
  expect(events.map(({ event, target, detail }) => [event, target, detail])).toEqual([
    ['sandbox.ended', 'mail', { reason: 'memory', signal: 'SIGKILL' }],
    [
      'sandbox.refused',
      'mail',
      { reason: 'bwrap_missing', fix: 'run `apt-get install bubblewrap`' },
    ],
  ])
})
