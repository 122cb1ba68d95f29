import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/kernel/json.ts'
import { waitFor } from '../support/child.ts'
import { type Answered, answerTo, asksFor, call } from './call.ts'
import type { Asked } from './policies.ts'
import { approvals, onRecord, reached } from './scene.ts'

// What ends: requests, answers, patterns, and the patience of people.

const PENDING = 40
const flood = { pending: PENDING, requests: 1_000, declines: 3 }
const scene = approvals({
  config: () => ({ approvals: { hold: '0s', patience: '1m', flood } }),
  env: { NODE_OPTIONS: `--import=${resolve('test/approvals/later.ts')}` },
})

let skips = 0
/** Lets 61 seconds go by in the gateway. */
async function aMinuteLater(): Promise<void> {
  const { child } = scene().gateway
  skips += 61_000
  process.kill(child.pid, 'SIGUSR2')
  await waitFor(child, () => child.output().includes(`later by ${skips}`) || undefined)
}

const again = async (name: Asked, args: JsonObject, who: 'ann' | 'eve' = 'ann') =>
  call(scene(), await scene().token(who), name, args)

/** That the call is asked about anew, and did not run. */
async function askedAnew(name: Asked, args: JsonObject, before: Answered): Promise<void> {
  const other = await again(name, args)
  expect(other).toMatchObject({ code: 'approval_pending' })
  expect(other.id).not.toBe(before.id)
  expect(reached(scene())).toEqual([])
}

describe('too late', () => {
  test('nobody’s answer is a denial, and an answer afterwards is none', async () => {
    const args = { path: randomUUID() }
    const waits = await asksFor(scene(), 'pay', args)
    await aMinuteLater()
    const said = await answerTo(scene(), 'bo', waits)
    expect([said.status, said.json.code]).toEqual([409, 'approval_over'])
    await askedAnew('pay', args, waits)
    const record = await onRecord(scene(), waits.id)
    expect(record).toContain('approval.expired done')
    expect(record).toContain('approval.refused refused approval_over')
    expect(record).not.toContain('approval.granted done')
  })

  test('a yes that was not used in time', async () => {
    const args = { path: randomUUID() }
    const waits = await asksFor(scene(), 'drift', args)
    await answerTo(scene(), 'bo', waits)
    await aMinuteLater()
    await askedAnew('drift', args, waits)
    expect((await onRecord(scene(), waits.id)).slice(-2)).toEqual([
      ...['approval.granted done', 'approval.expired done'],
    ])
  })
})

describe('calls like one that was approved', () => {
  const ARGS = { path: '/srv/report.txt', note: 'hello', amount: 10 }
  const choose = (free: readonly string[], minutes = 1) => ({ pattern: { free, minutes } })

  test.each<readonly [string, Asked, object]>([
    ['an argument in which something was read', 'like', choose(['path'])],
    ['an argument that there is not', 'like', choose(['more'])],
    ['an argument twice', 'like', choose(['note', 'note'])],
    ['longer than the policy says', 'like', choose(['note'], 31)],
    ['where the policy allows none', 'pay', choose(['note'])],
  ])('may not leave open: %s', async (_, name, pattern) => {
    const waits = await asksFor(scene(), name, ARGS)
    const said = await answerTo(scene(), 'bo', waits, pattern)
    expect([said.status, said.json.code]).toEqual([400, 'params_invalid'])
    const { json } = await scene().own(`GET /approvals/${waits.id}`)
    expect(json.approval).toMatchObject({ state: 'pending', votes: [] })
  })

  test('are those alone, until it is revoked or over', async () => {
    const id = await granted()
    expect((await again('like', { ...ARGS, note: 'good bye' })).code).toBeUndefined()
    expect(reached(scene())).toEqual([
      ['like', ARGS],
      ['like', { ...ARGS, note: 'good bye' }],
    ])
    const { note: _, ...less } = ARGS
    const others: readonly (readonly [Asked, JsonObject, ('ann' | 'eve')?])[] = [
      ['like', { ...ARGS, path: '/srv/other.txt' }],
      ['like', { ...ARGS, amount: 11 }],
      ['like', { ...ARGS, more: '' }],
      ['like', less],
      ['like', { ...ARGS, note: '/srv/other.txt' }],
      ['like', { ...ARGS, note: ['hello', { path: '/srv/other.txt' }] }],
      ['like_too', ARGS],
      ['like', ARGS, 'eve'],
    ]
    for (const other of others)
      expect(await again(...other), JSON.stringify(other)).toMatchObject({
        code: 'approval_pending',
      })
    expect(
      await call(scene(), await scene().token('ann', scene().other), 'like', ARGS),
    ).toMatchObject({ code: 'approval_pending' })
    expect(reached(scene())).toEqual([])

    expect((await scene().own(`POST /approval-patterns/${id}/revoke`)).status).toBe(200)
    expect(await again('like', { ...ARGS, note: 'once more' })).toMatchObject({
      code: 'approval_pending',
    })
    expect(await onRecord(scene(), id)).toEqual([
      ...['pattern.granted done', 'approval.used done', 'pattern.revoked done'],
    ])

    const second = await granted({ ...ARGS, amount: 12 })
    await aMinuteLater()
    expect(await again('like', { ...ARGS, amount: 12, note: 'late' })).toMatchObject({
      code: 'approval_pending',
    })
    expect(await onRecord(scene(), second)).toEqual(['pattern.granted done'])
    expect(reached(scene())).toEqual([['like', { ...ARGS, amount: 12 }]])
  })

  /** The id of a pattern for one minute that leaves `note` open. The call itself has run. */
  async function granted(args: JsonObject = ARGS): Promise<string> {
    const waits = await again('like', args)
    expect((await answerTo(scene(), 'bo', waits, choose(['note']))).status).toBe(200)
    expect((await again('like', args)).code).toBeUndefined()
    const { items } = (await scene().own('GET /approval-patterns?limit=10')).json
    const all: readonly JsonObject[] = items
    return String(all.find(({ approval }) => approval === waits.id)?.['id'])
  }
})

describe('who asks too much', () => {
  const floodsOf = async (): Promise<readonly JsonObject[]> =>
    (await scene().own('GET /events?event=approval.flooded')).json.items

  test('about a tool that is declined is not heard about it, and others are', async () => {
    const flo = await scene().token('flo')
    for (let count = 0; count < flood.declines; count++) {
      const waits = await call(scene(), flo, 'rude', { path: randomUUID() })
      await answerTo(scene(), 'bo', waits, { verdict: 'decline' })
    }
    expect(await call(scene(), flo, 'rude', { path: randomUUID() })).toMatchObject({
      ...{ code: 'approval_refused', why: 'flooded' },
    })
    expect(await call(scene(), flo, 'pay', { path: randomUUID() })).toMatchObject({
      code: 'approval_pending',
    })
    await asksFor(scene(), 'rude', undefined, 'eve')
    expect(await floodsOf()).toMatchObject([
      { outcome: 'refused', subject: 'user:flo', detail: { why: 'declines', target: 'rude' } },
    ])
  })

  test('at once: so many wait, the rest is refused, once on record; others are not held up', async () => {
    const token = await scene().token('flo', scene().other)
    const all = await Promise.all(
      Array.from({ length: PENDING + 10 }, () =>
        call(scene(), token, 'pay', { path: randomUUID() }),
      ),
    )
    const refused = all.filter(({ code }) => code === 'approval_refused')
    expect(refused).toHaveLength(10)
    for (const { why } of refused) expect(why).toBe('flooded')
    expect(all.filter(({ code }) => code === 'approval_pending')).toHaveLength(PENDING)
    await asksFor(scene(), 'pay', undefined, 'eve')
    expect(await floodsOf()).toMatchObject([
      { subject: 'user:flo', client: 'other', detail: { why: 'pending' } },
      { detail: { why: 'declines' } },
    ])
    expect(reached(scene())).toEqual([])
  })
})
