import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApprovalRequest } from '../../kernel/approval-desk.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { createSeal } from '../../kernel/seal.ts'
import { request as accessRequest } from '../../kernel/testing/requests.ts'
import { waiting } from '../testing/desk.ts'
import { chat } from '../testing/world.ts'
import { buttonOf } from './button.ts'
import { approvalMessage, mayApproveInChat } from './message.ts'
import { code, wholeJson } from './mrkdwn.ts'

const seal = createSeal(Buffer.alloc(32, 5), 'webhooks')
const parts = (more = {}) => ({
  seal,
  publicOrigin: 'https://gateway.example',
  chat: chat('http://x', more),
})

/** Reads a block of code as a person sees it: entities are characters, the fences are gone. */
function seen(block: string): string {
  const [, inside = ''] = /^```\n(.*)\n```$/s.exec(block) ?? []
  return inside.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function withArguments(args: JsonObject, more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return waiting({ access: accessRequest('call', 'bank', 'pay', { arguments: args }), ...more })
}

function actionsOf(message: ReturnType<typeof approvalMessage>): readonly string[] {
  const { elements } = message.blocks.at(-1) as { elements: readonly { action_id: string }[] }
  return elements.map(({ action_id }) => action_id)
}

describe('what others chose', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '<!channel>',
          '<@U1>',
          '<http://evil|ok>',
          '&lt;!here&gt;',
          '```',
          '`',
          '*',
          '_',
          '\n',
          '\r',
          '\u202e',
          '\u200b',
          '\u00a0',
          '\ufeff',
          '\u0301\u0301\u0301\u0301\u0301',
          '@channel',
          '"',
          '\\',
          '&',
          '<',
          '>',
          'a',
        ),
        { maxLength: 12 },
      )
      .map((pieces) => pieces.join('')),
  )

  test('stands on one line in code, and is neither mention, link nor markup', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = code(text)
        if (shown === '–') return
        expect(shown).toMatch(/^`[^`\n\r<>\u202e\u200b\u00a0\ufeff]+`$/u)
        expect(shown.replace(/&(amp|lt|gt);/g, '')).not.toContain('&')
      }),
      { numRuns: 2_000 },
    )
  })

  test('is whole and readable back where arguments are shown', () => {
    const json = fc.dictionary(hostile, fc.oneof(hostile, fc.integer(), fc.array(hostile)), {
      maxKeys: 5,
    })
    fc.assert(
      fc.property(json, (args) => {
        fc.pre(JSON.stringify(args).isWellFormed())
        fc.pre(isWellFormed(args))
        const block = wholeJson(args as JsonObject, 100_000) ?? ''
        expect(block.slice(3, -3)).not.toMatch(/[`<>\u202e\u200b\u00a0\ufeff]/u)
        expect(canonicalJson(JSON.parse(seen(block)))).toBe(canonicalJson(args as JsonObject))
      }),
      { numRuns: 2_000 },
    )
  })

  test('never reaches a message as a mention, from whatever member', () => {
    const evil = '<!channel> `<@U1>` *x*\n<https://evil.example|Approve>'
    const request = withArguments(
      { [evil]: evil },
      {
        id: evil,
        subject: evil,
        client: evil,
        server: evil,
        target: evil,
        lift: { ...waiting().lift, approvers: [evil] },
        denial: {
          effect: 'deny',
          determining: [{ policy: evil, reason: evil }],
          errors: [],
        },
        votes: [
          {
            user: evil,
            verdict: 'approve',
            standsFor: evil,
            assurance: 'session',
            channel: 'console',
            at: 1,
            comment: evil,
          },
        ],
        forwarded: { server: evil, target: evil, arguments: { [evil]: evil } },
      },
    )
    for (const state of ['pending', 'approved', 'declined', 'expired'] as const) {
      const message = approvalMessage({ ...request, state }, parts())
      const { blocks, text } = message
      const texts = JSON.stringify([text, blocks], (key, value) =>
        key === 'url' || key === 'value' ? '' : value,
      )
      expect(texts).not.toMatch(/[<>]/)
      expect(texts).not.toContain('&lt;https://evil.example|Approve&gt;\\n')
    }
  })
})

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, one]) => key.isWellFormed() && isWellFormed(one))
}

describe('the message about a request', () => {
  test('shows who asks for what, why, all of it, and three ways on', () => {
    const message = approvalMessage(waiting(), parts())
    expect(message.text).toBe('Approval requested: `user:ada` → `transfer` on `bank`')
    const shown = JSON.stringify(message.blocks)
    for (const part of ['`claude`', 'payments need a second person', '`group:finance`'])
      expect(shown).toContain(part)
    expect(shown).toContain('\\"to\\": \\"bob@example.com\\"')
    expect(actionsOf(message)).toEqual(['bailiwick.approve', 'bailiwick.decline', 'bailiwick.open'])
    const { elements } = message.blocks.at(-1) as { elements: readonly JsonObject[] }
    expect(elements.map(({ value }) => buttonOf(value, seal))).toEqual([
      { id: 'apr_1', digest: waiting().digest, verdict: 'approve' },
      { id: 'apr_1', digest: waiting().digest, verdict: 'decline' },
      undefined,
    ])
    expect(elements[2]).toMatchObject({
      url: 'https://gateway.example/console/approvals/apr_1',
    })
  })

  const { access: _, ...gone } = waiting()
  test.each<[string, ApprovalRequest, object]>([
    ['its arguments are not to be shown', waiting(), { include: 'summary' }],
    ['they are long', withArguments({ a: 'x'.repeat(3_000) }), {}],
    ['they become long by escapes', withArguments({ a: '<'.repeat(1_000) }), {}],
    [
      'what leaves is long',
      waiting({ forwarded: { server: 's', target: 't', arguments: { a: 'x'.repeat(3_000) } } }),
      {},
    ],
    ['the call is no longer kept', gone, {}],
    ['a passkey has to sign', waiting({ lift: { ...waiting().lift, assurance: 'passkey' } }), {}],
  ])('nobody approves there when %s', (_why, request, more) => {
    expect(mayApproveInChat(request, parts(more).chat)).toBe(false)
    expect(actionsOf(approvalMessage(request, parts(more)))).toEqual([
      'bailiwick.decline',
      'bailiwick.open',
    ])
  })

  test('shows no part of what it does not show whole', () => {
    const long = withArguments({ first: 'hunter2', a: 'x'.repeat(3_000) })
    const text = JSON.stringify(approvalMessage(long, parts()))
    expect(text).not.toContain('hunter2')
    expect(text).toContain('too long to be shown here whole')
    expect(JSON.stringify(approvalMessage(waiting(), parts({ include: 'summary' })))).not.toContain(
      'bob@example.com',
    )
  })

  test('shows what leaves, where that is another thing', () => {
    const forwarded = { server: 'mail', target: 'send', arguments: { raw: 'bcc: eve' } }
    const text = JSON.stringify(approvalMessage(waiting({ forwarded }), parts()))
    expect(text).toContain('bcc: eve')
    expect(text).toContain('`send` on `mail`')
  })

  test('has no buttons where nobody can prove to be the chat, or the request is over', () => {
    const { signingSecret: _secret, ...unsigned } = parts().chat
    expect(actionsOf(approvalMessage(waiting(), { ...parts(), chat: unsigned }))).toEqual([
      'bailiwick.open',
    ])
    for (const state of ['approved', 'used', 'declined', 'expired', 'withdrawn', 'void'] as const)
      expect(actionsOf(approvalMessage(waiting({ state }), parts()))).toEqual(['bailiwick.open'])
  })

  test('fits the bounds of Block Kit, whatever there is to say', () => {
    const long = 'x'.repeat(20_000)
    const determining = Array.from({ length: 100 }, () => ({
      policy: long,
      reason: `${Math.random()}${long}`,
    }))
    const lift = { ...waiting().lift, approvers: Array.from({ length: 500 }, () => long) }
    const request = waiting({
      ...{ subject: long, client: long, server: long, target: long, lift },
      denial: { effect: 'deny', determining, errors: [] },
    })
    const { blocks } = approvalMessage(request, parts()) as unknown as {
      blocks: readonly { text?: { text: string }; fields?: readonly { text: string }[] }[]
    }
    expect(blocks.length).toBeLessThan(50)
    for (const { text, fields = [] } of blocks) {
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(3_000)
      for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2_000)
    }
  })
})
