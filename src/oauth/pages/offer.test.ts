import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chosenScopes, offerOf } from './offer.ts'
import { INTERACTION, RESOURCE } from './testing/fakes.ts'

const ASKED = [
  'read',
  'write',
  'execute',
  'offline_access',
  'openid',
  'files:read_file',
  'shell:run',
  'github/prompts',
  'github/resources',
  'no:such',
  'x y',
]

test('levels include those below, and tools stand where they are first opened', () => {
  const { levels } = offerOf({ ...INTERACTION, scopes: ['execute', 'read'] })
  expect(levels.map(({ level, tools }) => [level, tools.map((tool) => tool.name)])).toEqual([
    ['read', ['read_file', 'list_issues']],
    ['execute', ['write_file', 'create_issue', 'run']],
  ])
})

test('what is new is told from what was allowed before', () => {
  const offer = offerOf({
    ...INTERACTION,
    scopes: ['read', 'write', 'offline_access', 'shell:run'],
    known: ['read', 'offline_access'],
  })
  expect(offer.stepUp).toBe(true)
  expect(offer.levels.map(({ level, isNew }) => [level, isNew])).toEqual([
    ['read', false],
    ['write', true],
  ])
  expect(offer.offline).toEqual({ isNew: false })
  expect(offer.singles.map(({ isNew }) => isNew)).toEqual([true])
})

test('what means nothing here is not offered', () => {
  const one = { ...RESOURCE, path: '/mcp/github' }
  const scopes = ['openid', 'no:such', 'files/prompts', 'github/prompts']
  const offer = offerOf({ ...INTERACTION, resource: one, scopes })
  expect(offer.unknown).toEqual(['openid', 'no:such', 'files/prompts'])
  expect(offer.singles.map(({ scope }) => scope)).toEqual(['github/prompts'])
})

const form = (fields: Record<string, string>) => new Map(Object.entries(fields))

test('fewer scopes can be chosen, by level and one by one', () => {
  const offer = offerOf({
    ...INTERACTION,
    scopes: ['read', 'write', 'shell:run', 'offline_access'],
  })
  const box = String(offer.singles[0]?.box)
  expect(chosenScopes(offer, form({ level: 'write', [box]: 'on', offline: 'on' }))).toEqual([
    'read',
    'write',
    'shell:run',
    'offline_access',
  ])
  expect(chosenScopes(offer, form({ level: 'read' }))).toEqual(['read'])
  expect(chosenScopes(offer, form({ level: 'none', [box]: 'on' }))).toEqual(['shell:run'])
  // Nothing to do, however long.
  expect(chosenScopes(offer, form({ level: 'none', offline: 'on' }))).toBeUndefined()
  expect(chosenScopes(offer, form({ [box]: 'on' }))).toBeUndefined()
  expect(chosenScopes(offer, form({ level: 'execute' }))).toBeUndefined()
})

test('no form gets what was not asked for, or what means nothing here', () => {
  const names = [
    'level',
    'offline',
    ...Array.from({ length: 12 }, (_, i) => `single-${i}`),
    'scope',
  ]
  const values = fc.constantFrom('on', 'read', 'write', 'execute', 'none', '', 'admin')
  fc.assert(
    fc.property(
      fc.subarray(ASKED),
      fc.dictionary(fc.constantFrom(...names), values),
      (scopes, fields) => {
        const offer = offerOf({ ...INTERACTION, scopes })
        const chosen = chosenScopes(offer, form(fields)) ?? []
        for (const scope of chosen) {
          expect(scopes).toContain(scope)
          expect(offer.unknown).not.toContain(scope)
        }
        expect(new Set(chosen).size).toBe(chosen.length)
      },
    ),
  )
})
