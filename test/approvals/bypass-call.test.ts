import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/kernel/json.ts'
import { tool } from '../attacks/recording-upstream.ts'
import { atOnce } from '../identity/attacks/flow.ts'
import { type Answered, answerTo, asksFor, call, type More } from './call.ts'
import { type Asked, ONE_MORE } from './policies.ts'
import { approvals, onRecord, reached, recordedCall } from './scene.ts'

// What a yes is for: one call, once, of whom it was given to, while nothing around it has changed.

const scene = approvals()

/** Ann's call with these arguments, to which bo said yes. It has not run. */
async function approved(name: Asked, args: JsonObject): Promise<Answered> {
  const waits = await asksFor(scene(), name, args)
  expect((await answerTo(scene(), 'bo', waits)).json.approval).toMatchObject({ state: 'approved' })
  return waits
}

const again = async (name: Asked, args: JsonObject | string, more?: More): Promise<Answered> =>
  call(scene(), await scene().token('ann'), name, args, more)

const stateOf = async ({ id }: Answered): Promise<unknown> =>
  (await scene().own(`GET /approvals/${id}`)).json.approval.state

describe('once', () => {
  test('the same call again is asked about anew', async () => {
    const args = { path: randomUUID() }
    const waits = await approved('pay', args)
    const ran = await again('pay', args)
    expect(ran.code).toBeUndefined()
    const second = await again('pay', args)
    expect(second).toMatchObject({ code: 'approval_pending' })
    expect(second.id).not.toBe(waits.id)
    expect(reached(scene())).toEqual([['pay', args]])
    expect(await onRecord(scene(), waits.id)).toEqual([
      ...['approval.requested done', 'approval.voted done'],
      ...['approval.granted done', 'approval.used done'],
    ])
    expect(await recordedCall(scene(), second.call)).toMatchObject({ error: 'approval_pending' })
  })

  test('one of twenty at the same time', async () => {
    const args = { path: randomUUID() }
    const waits = await approved('pay', args)
    const all = await atOnce(scene() as never, () => again('pay', args))
    const ran = all.filter(({ code }) => code === undefined)
    expect(ran).toHaveLength(1)
    for (const { code } of all)
      expect([undefined, 'approval_pending', 'approval_refused']).toContain(code)
    expect(reached(scene())).toEqual([['pay', args]])
    const record = await onRecord(scene(), waits.id)
    expect(record.filter((line) => line === 'approval.used done')).toHaveLength(1)
  })
})

describe('for this very call', () => {
  const SENT = '{"path":"a b","note":"\\u00e9","amount":10}'

  test.each([
    ['another value', '{"path":"a c","note":"é","amount":10}'],
    ['a member more', '{"path":"a b","note":"é","amount":10,"more":1}'],
    ['a member less', '{"path":"a b","note":"é"}'],
    ['a member that is null', '{"path":"a b","note":"é","amount":10,"more":null}'],
    ['a name in another case', '{"Path":"a b","note":"é","amount":10}'],
    ['letters that look the same', '{"path":"a b","note":"e\\u0301","amount":10}'],
    ['a space that looks the same', '{"path":"a\\u00a0b","note":"é","amount":10}'],
    ['a character that nobody sees', '{"path":"a b\\u200b","note":"é","amount":10}'],
    ['a text for a number', '{"path":"a b","note":"é","amount":"10"}'],
    ['a list of one', '{"path":["a b"],"note":"é","amount":10}'],
    ['a number next to it', '{"path":"a b","note":"é","amount":10.01}'],
  ])('%s', async (_, text) => {
    const waits = await asksOnce(SENT)
    const other = await again('pay', text)
    expect(other).toMatchObject({ code: 'approval_pending' })
    expect(other.id).not.toBe(waits.id)
    expect(reached(scene())).toEqual([])
    expect(await stateOf(waits)).toBe('approved')
    expect(await recordedCall(scene(), other.call)).toMatchObject({ error: 'approval_pending' })
  })

  test.each([
    [
      'a number that no reader has room for',
      '{"path":"a b","note":"é","amount":10.0000000000000001}',
    ],
    [
      'a name that some readers do not see',
      '{"path":"a b","note":"é","amount":10,"__proto__":{"x":1}}',
    ],
    ['a name twice', '{"path":"a b","path":"a c","note":"é","amount":10}'],
    ['half a character', '{"path":"a b","note":"\\ud800","amount":10}'],
  ])('%s is no call at all', async (_, text) => {
    const waits = await asksOnce(SENT)
    expect((await again('pay', text)).status).toBe(400)
    expect(reached(scene())).toEqual([])
    expect(await stateOf(waits)).toBe('approved')
  })

  test('another tool, with the same arguments', async () => {
    const waits = await asksOnce(SENT)
    expect((await again('drift', SENT)).id).not.toBe(waits.id)
    expect(reached(scene())).toEqual([])
  })

  test('and nothing that a client puts beside it', async () => {
    const args = { path: randomUUID() }
    await approved('pay', args)
    const inputResponses = { q: { action: 'accept', content: { to: 'somebody' } } }
    const params = { inputResponses, more: { to: 'somebody' } }
    expect((await again('pay', args, { params })).code).toBeUndefined()
    expect(reached(scene())).toEqual([['pay', args]])
    expect(scene().upstream.all.at(-1)?.text).not.toContain('somebody')
  })

  test('its spelling is free: order, escapes, digits', async () => {
    await asksOnce(SENT)
    const spelt = '{"amount":1.0e1, "note":"é","\\u0070ath":"a b"}'
    expect((await again('pay', spelt)).code).toBeUndefined()
    expect(reached(scene())).toEqual([['pay', { path: 'a b', note: 'é', amount: 10 }]])
  })

  let kept: Answered | undefined
  /** Bo's yes to what is sent: given once, and there until somebody uses it. */
  async function asksOnce(text: string): Promise<Answered> {
    kept ??= await approved('pay', JSON.parse(text))
    return kept
  }
})

describe('for whom it was given', () => {
  test.each([
    ['another user with the same client', () => scene().token('eve')],
    ['another client of the same user', () => scene().token('ann', scene().other)],
    [
      'an agent',
      () => scene().issued('/mcp/target', { subject: 'agent:robot', scopes: ['execute'] }),
    ],
    ['the owner of the machine', () => scene().issued('/mcp/target', {})],
    [
      'the name of the same user, from the owner of the machine',
      () => scene().issued('/mcp/target', { subject: 'user:ann', scopes: ['execute'] }),
    ],
  ])('not %s', async (_, token) => {
    const args = { path: randomUUID() }
    const waits = await approved('pay', args)
    const other = await call(scene(), await token(), 'pay', args)
    expect(other).toMatchObject({ code: 'approval_pending' })
    expect(other.id).not.toBe(waits.id)
    expect(reached(scene())).toEqual([])
    expect(await stateOf(waits)).toBe('approved')
    expect(await onRecord(scene(), other.id)).toEqual(['approval.requested done'])
  })

  test('not without the scope that the call needs', async () => {
    const args = { path: randomUUID() }
    await approved('pay', args)
    const reading = await scene().token('ann', scene().app, undefined, 'read')
    const other = await call(scene(), reading, 'pay', args)
    expect([other.status, other.code]).toEqual([403, 'scope_insufficient'])
    expect(reached(scene())).toEqual([])
  })
})

describe('while nothing around it has changed', () => {
  const VOID = ['approval.granted done', 'approval.void done what it is bound to has changed']

  const policies = async (): Promise<string> => (await scene().own('GET /policies')).json.hash

  /** Does something, and waits until other policies are in force. */
  async function otherPolicies(change: () => unknown): Promise<void> {
    const before = await policies()
    await change()
    await expect.poll(policies, { timeout: 10_000 }).not.toBe(before)
  }

  /** That the yes is void, and the call waits for a new one. */
  async function isVoid(name: Asked, args: JsonObject, waits: Answered): Promise<void> {
    const other = await again(name, args)
    expect(other).toMatchObject({ code: 'approval_pending' })
    expect(other.id).not.toBe(waits.id)
    expect((await onRecord(scene(), waits.id)).slice(-2)).toEqual(VOID)
    expect(await stateOf(waits)).toBe('void')
    // Whoever says the same again hears what became of it, and changes nothing.
    expect((await answerTo(scene(), 'bo', waits)).json.approval).toMatchObject({ state: 'void' })
    expect(await again(name, args)).toMatchObject({ code: 'approval_pending' })
    expect(reached(scene())).toEqual([])
  }

  /** Somebody looks at what changed, and finds it good. */
  async function approveDefinition(server: string, name: string): Promise<void> {
    const waiting = `GET /definitions?server=${server}&status=quarantined`
    const { items } = (await scene().own(waiting)).json as unknown as {
      readonly items: readonly { readonly name: string; digest: string; version: number }[]
    }
    const { digest = '', version } = items.find((one) => one.name === name) ?? {}
    const path = `POST /definitions/${server}/tools/${digest}/decision`
    const answer = await scene().own(path, { name, status: 'approved', reason: 'seen', version })
    expect(answer.status, JSON.stringify(answer.json)).toBe(200)
  }

  test('the definition of the tool', async () => {
    const args = { path: randomUUID() }
    const waits = await approved('drift', args)
    const at = scene().tools.findIndex((one) => (one as JsonObject)['name'] === 'drift')
    scene().tools[at] = { ...tool('drift', {}, []), description: 'drift: sends a copy to the moon' }
    // The gateway sees it when anybody lists the tools.
    await call(scene(), await scene().token('eve'), undefined, {})
    expect((await again('drift', args)).code).toBe('definition_quarantined')
    await approveDefinition('target', 'drift')
    await isVoid('drift', args, waits)
  })

  test('a policy in a file', async () => {
    const args = { path: randomUUID() }
    const waits = await approved('pay', args)
    const file = join(scene().folder, 'more.cedar')
    await otherPolicies(() => writeFileSync(file, ONE_MORE('filed')))
    await isVoid('pay', args, waits)
  })

  test('a policy of the console', async () => {
    const args = { path: randomUUID() }
    const waits = await approved('pay', args)
    const files = { 'more.cedar': ONE_MORE('managed') }
    expect((await scene().own('POST /policy-versions', { files, base: 0 })).status).toBe(201)
    const rollout = { version: 1, mode: 'enforce', current: 0 }
    await otherPolicies(() => scene().own('POST /policy-rollout', rollout))
    await isVoid('pay', args, waits)
  })

  test('what forbids the call meanwhile is not lifted by it', async () => {
    const args = { path: randomUUID() }
    await approved('pay', args)
    const never =
      '@id("never") forbid (principal, action == Action::"call", resource == Tool::"target:pay");'
    await otherPolicies(() => writeFileSync(join(scene().folder, 'never.cedar'), never))
    expect((await again('pay', args)).code).toBe('policy_denied')
    expect(reached(scene())).toEqual([])
  })
})
