import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SubjectId } from '../kernel/subject.ts'
import { limitsOf, passed, times } from './testing/limits-of.ts'
import { limit, request, subject, target } from './testing/requests.ts'

describe('whose use is counted together', () => {
  const bot = 'bot' as SubjectId
  const ann = request()
  const ben = request({ subject: subject('ben') })
  const annByBot = request({ subject: subject('ann', { actors: [bot, 'inner' as SubjectId] }) })
  const benByBot = request({ subject: subject('ben', { actors: [bot] }) })
  const itself = request({ subject: subject('bot', { kind: 'agent' }) })

  test.each([
    ['each subject', ['subject'], [ann, ben], 2],
    [
      'a user and an agent of one id',
      ['subject'],
      [ann, { ...ann, subject: subject('ann', { kind: 'agent' }) }],
      2,
    ],
    ['one agent, for whomever it acts, and for itself', ['agent'], [annByBot, benByBot, itself], 1],
    ['an agent for each subject', ['agent', 'subject'], [annByBot, benByBot], 2],
    ['who uses no agent, and has one, under himself', ['agent'], [ann, ben, annByBot], 3],
    ['each server', ['server'], [ann, request({ target: target('mail', 'read') })], 2],
    ['all tools of a server', ['server'], [ann, request({ target: target('files', 'list') })], 1],
    ['each tool', ['tool'], [ann, request({ target: target('files', 'list') })], 2],
    [
      'tools of one name on two servers',
      ['tool'],
      [ann, request({ target: target('mail', 'read') })],
      2,
    ],
    ['everybody', [], [ann, ben, itself], 1],
  ] as const)('%s', async (_, per, calls, expected) => {
    expect(await passed(limitsOf(limit({ most: 1, per })), calls)).toBe(expected)
  })

  test('a client that changes its name gets no more', async () => {
    const calls = Array.from({ length: 50 }, (_, index) =>
      request({ client: { name: `client ${index}`, version: '1' } }),
    )
    expect(await passed(limitsOf(limit({ most: 3, per: ['client'] })), calls)).toBe(3)
    expect(await passed(limitsOf(limit({ most: 3, per: ['client', 'tool'] })), calls)).toBe(3)
  })

  test('resources of a server count together, for their names are the caller’s to choose', async () => {
    const calls = Array.from({ length: 50 }, (_, index) =>
      request({
        action: 'read',
        target: target('files', `file:///a?${index}`, { kind: 'resource' }),
      }),
    )
    const limits = limitsOf(limit({ most: 3, per: ['tool'] }))
    expect(await passed(limits, calls)).toBe(3)
    expect(limits.counters.size()).toBe(1)
  })

  test('names of any length and content stay apart', async () => {
    const end = fc.string({ maxLength: 20, unit: 'binary' })
    const name = fc.tuple(fc.constantFrom('', 'x'.repeat(400)), end).map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 2, maxLength: 6 }), async (names) => {
        const calls = names.map((one) => request({ target: target('files', one) }))
        const limits = limitsOf(limit({ most: 1, per: ['subject', 'tool'] }))
        expect(await passed(limits, [...calls, ...calls])).toBe(names.length)
      }),
    )
  })
})

describe('a virtual tool', () => {
  const virtual = request({
    target: target('notes', 'read-notes', { of: { server: 'files', name: 'read' } }),
  })

  test('counts for the tool that it narrows too', async () => {
    for (const per of [['tool'], ['server']] as const) {
      const limits = limitsOf(limit({ most: 3, per }))
      expect(await passed(limits, times(2, virtual))).toBe(2)
      expect(await passed(limits, times(2))).toBe(1)
      expect(await passed(limits, times(1, virtual))).toBe(0)
    }
  })

  test('is not the way around a limit on that tool', async () => {
    for (const applies of [{ tools: ['files:read'] }, { servers: ['files'] }]) {
      const limits = limitsOf(limit({ most: 2, applies }))
      expect(await passed(limits, times(3, virtual))).toBe(2)
      expect(await passed(limits, times(1))).toBe(0)
    }
  })

  test('counts once where both are one', async () => {
    expect(await passed(limitsOf(limit({ most: 3, per: ['subject'] })), times(5, virtual))).toBe(3)
  })
})
