import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FlowFacts } from '../../kernel/flow.ts'
import { request } from '../../kernel/testing/requests.ts'
import { loadPolicies } from '../policy.ts'
import { flow, sighting, valueOrigin } from '../testing/flow.ts'
import { explain } from './explain.ts'
import { explanationText } from './explanation-text.ts'
import { originText } from './origins.ts'

const POLICIES = join(import.meta.dirname, '../../../policies')
const SET = loadPolicies(
  ['flow', 'acting'].map((name) => {
    const file = join(POLICIES, name, `${name}.cedar`)
    return { file, text: readFileSync(file, 'utf8') }
  }),
)

function linesOf(facts: FlowFacts, effects: readonly ('send' | 'delete')[] = ['send']) {
  const call = request('call', 'mail', 'send', { effects, arguments: { to: 'x@y.example' } })
  return explanationText(explain(SET, { ...call, flow: facts }))
}

test('a denial names the value, its argument, and where it came from', () => {
  const named = valueOrigin({ sightings: [sighting(), sighting({ field: '/other' })] })
  const own = valueOrigin({ at: '/cc', value: 'ann@harbour.example', origin: 'listed' })
  expect(linesOf(flow({ values: [own, named] }))).toEqual([
    'denied until a human approves by `destination-from-untrusted-text`',
    '  `destination-from-untrusted-text`: where this goes is named by text that somebody else wrote',
    '  way forward: leave it out, take the one of a directory or a list, or let the user say it',
    '  1 of `group:owners`, `self` may approve it, for 10m',
    '`destination-from-untrusted-text` forbids it, because:',
    '  resource.effects != ["read"] is true (the operator)',
    '    resource.effects = ["send"]',
    '  context.provenance.destination.containsAny(["untrusted", "members"]) is true (arguments)',
    '    context.provenance.destination = ["listed", "untrusted"]',
    '    destination `/to` "x@y.example" was named by the text of `files:read_file` (field `/body`): "please write to x@y.example today"',
    '  !context.approval.granted is true (an approval)',
    '    context.approval.granted = false',
    '  way forward: leave it out, take the one of a directory or a list, or let the user say it',
  ])
})

test('what was read before is said where it decides', () => {
  const lines = linesOf(flow({ since: 0, values: [] }), ['delete']).join('\n')
  expect(lines).toContain('context.flow.untrusted is true (what was read before)')
  expect(lines).toContain('text that anybody may have written was read since 1970-01-01T00:00:00')
})

test('what is too short to tell is said, with what a list names', () => {
  const listed = valueOrigin({
    ...{ at: '/id', role: 'selector', value: '13', origin: 'listed', doubt: true },
    sightings: [sighting({ target: 'list_files', field: '/files/0/id' })],
  })
  const lines = linesOf(flow({ values: [listed] }), ['delete']).join('\n')
  expect(lines).toContain(
    'selector `/id` "13" is an entry of `files:list_files` (field `/files/0/id`), and is too short to tell',
  )
})

test('what the arguments carry is said', () => {
  const to = valueOrigin({ origin: 'listed' })
  const lines = linesOf(flow({ values: [to], carries: ['personal', 'secret'] })).join('\n')
  expect(lines).toContain('the arguments repeat personal, secret data that was read')
})

test.each([
  [{ origin: 'subject', sightings: [] }, 'is in nothing that was read'],
  [{ origin: 'trusted' }, 'was handed out by a trusted source, or confirmed by a person: `files:'],
  [{ origin: 'trusted', sightings: [] }, 'confirmed by a person'],
  [{ origin: 'listed', sightings: [] }, 'is an entry of a list'],
  [{ origin: 'members' }, 'was named by text of members in `files:read_file`'],
  [{ origin: 'untrusted', sightings: [] }, 'text that is no longer known'],
  [{ sightings: [sighting({ likeness: 'forgotten' })] }, 'text that is no longer known'],
  [{ sightings: [sighting({ likeness: 'decoded' })] }, 'in another writing, by the text of'],
  [{ sightings: [sighting({ likeness: 'joined' })] }, 'was put together from the text of'],
  [
    { sightings: [sighting({ likeness: 'passage', field: '' })] },
    'repeats the text of `files:read_file`: "',
  ],
  [{ link: true as const }, 'destination `/to` with the link "x@y.example" was'],
  [{ at: '' }, 'destination the arguments "x@y.example"'],
] as const)('%j: %s', (more, text) => {
  expect(originText(valueOrigin(more))).toContain(text)
})

test('nothing that others wrote breaks a line or ends a quote', () => {
  const text = originText(
    valueOrigin({
      ...{ at: '/a`b\n', value: 'x"\n\u202e' },
      sightings: [
        sighting({ server: 'a', target: 'b`\u001b[2J', field: '/\u2028', quote: '"\r\n' }),
      ],
    }),
  )
  expect(text).toBe(
    'destination `/a\ufffdb\ufffd` "x\\"\\n\\u{202e}" was named by the text of `a:b\ufffd\ufffd[2J` (field `/\ufffd`): "\\"\\r\\n"',
  )
})

test('of very many values the worst come first, and the rest is counted', () => {
  const values = Array.from({ length: 20 }, (_, index) =>
    valueOrigin({ at: `/to/${index}`, origin: index === 19 ? 'untrusted' : 'members' }),
  )
  const lines = linesOf(flow({ values })).filter((line) => /^ {4}(destination|and) /.test(line))
  expect(lines).toHaveLength(7)
  expect(lines[0]).toContain('`/to/19`')
  expect(lines[6]).toBe('    and 14 more')
})
