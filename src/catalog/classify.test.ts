import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classify } from './classify.ts'

const RISKS = ['low', 'medium', 'high']

describe('a name', () => {
  test.each([
    ['read_file', 'read', 'low'],
    ['readFile', 'read', 'low'],
    ['list-issues', 'read', 'low'],
    ['files.read', 'read', 'low'],
    ['email.messages.list', 'read', 'low'],
    ['delete.read', 'read delete', 'high'],
    ['files.', 'write', 'medium'],
    ['github_get_issue', 'read', 'low'],
    ['github_list_issues', 'read', 'low'],
    ['get_user_permissions', 'read', 'low'],
    ['read_email', 'read', 'low'],
    ['list_orders', 'read', 'low'],
    ['get_merge_request', 'read', 'low'],
    ['list_directory_with_sizes', 'read', 'low'],
    ['get_secret', 'read', 'medium'],
    ['fetch', 'read send', 'medium'],
    ['fetch_url', 'read send', 'medium'],
    ['fetch_user', 'read', 'low'],
    ['get_and_delete', 'read delete', 'high'],
    ['get2delete', 'read delete', 'high'],
    ['get_and_email', 'read send', 'high'],
    ['getAndEmail', 'read send', 'high'],
    ['read_write', 'read write', 'medium'],
    ['search_and_replace', 'read write', 'medium'],
    ['check_out_book', 'read write', 'medium'],
    ['shuffle_list', 'write', 'medium'],
    ['order_list', 'pay', 'high'],
    ['order_get_all', 'read pay', 'high'],
    ['increment_count', 'write', 'medium'],
    ['query', 'write', 'medium'],
    ['query_database', 'write', 'medium'],
    ['run_query', 'execute', 'high'],
    ['execute_sql', 'execute', 'high'],
    ['download_file', 'write', 'medium'],
    ['move_file', 'write', 'medium'],
    ['deleteFile', 'delete', 'high'],
    ['delete_user', 'delete admin', 'high'],
    ['create_user', 'write admin', 'high'],
    ['grantRole', 'admin', 'high'],
    ['send_message', 'send', 'high'],
    ['refund', 'pay', 'high'],
    ['readfile', 'write', 'medium'],
    ['frobnicate', 'write', 'medium'],
    ['_', 'write', 'medium'],
    ['', 'write', 'medium'],
    ['constructor', 'write', 'medium'],
    ['__proto__', 'write', 'medium'],
  ])('%s: %s, %s', (name, effects, risk) => {
    expect(classify({ name })).toMatchObject({
      effects: effects.split(' '),
      risk,
      reversible: effects === 'read',
      source: 'inferred',
    })
  })

  test('with an unmistakable acting verb in it never only reads', () => {
    const part = fc.constantFrom('get', 'list', 'all', 'Files', 'search', 'user', 'x', '7')
    const verb = fc.constantFrom('delete', 'write', 'update', 'exec', 'remove', 'create', 'send')
    const glue = fc.constantFrom('_', '-', '.', '__')
    fc.assert(
      fc.property(fc.array(part), verb, fc.array(part), glue, (before, acting, after, by) => {
        const { effects } = classify({ name: [...before, acting, ...after].join(by) })
        expect(effects).not.toEqual(['read'])
      }),
    )
  })
})

describe('annotations', () => {
  test('never lower what the name says', () => {
    const annotations = { readOnlyHint: true, destructiveHint: false, openWorldHint: false }
    for (const name of ['delete_file', 'send_message', 'frobnicate', 'read_file']) {
      expect(classify({ name, annotations })).toEqual(classify({ name }))
    }
  })

  test('raise it', () => {
    expect(classify({ name: 'read_file', annotations: { destructiveHint: true } })).toMatchObject({
      effects: ['read', 'delete'],
      reversible: false,
      risk: 'high',
      source: 'inferred',
    })
    expect(classify({ name: 'read_file', annotations: { readOnlyHint: false } })).toMatchObject({
      effects: ['read', 'write'],
      reversible: false,
      risk: 'medium',
      source: 'inferred',
    })
  })

  test('of any kind only add', () => {
    const hint = fc.oneof(fc.boolean(), fc.constantFrom('true', 1, null))
    const annotations = fc.record(
      { readOnlyHint: hint, destructiveHint: hint, idempotentHint: hint, openWorldHint: hint },
      { requiredKeys: [] },
    )
    const name = fc.constantFrom('read_file', 'delete_file', 'fetch', 'x', 'pay_bill')
    fc.assert(
      fc.property(name, annotations, (tool, claims) => {
        const without = classify({ name: tool })
        const given = classify({ name: tool, annotations: claims })
        expect(given.effects).toEqual(expect.arrayContaining([...without.effects]))
        expect(RISKS.indexOf(given.risk)).toBeGreaterThanOrEqual(RISKS.indexOf(without.risk))
        expect(!given.reversible || without.reversible).toBe(true)
      }),
    )
  })
})

test("the operator's word wins over name and annotations", () => {
  const override = {
    effects: ['read'],
    reversible: true,
    risk: 'low',
    reads: [],
    trust: 'trusted',
  } as const
  expect(
    classify({ name: 'delete_all', annotations: { destructiveHint: true } }, override),
  ).toEqual({ ...override, source: 'catalog', confidence: 'stated' })
})
