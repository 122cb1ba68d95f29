import { expect, test } from 'vitest'
import { loadPolicies } from './policy.ts'
import { resolvable } from './resolvable.ts'

const PERMIT = 'permit (principal, action, resource)'

function hostsAsked(condition: string, guards: string): readonly string[] {
  const set = loadPolicies([
    { file: 'a.cedar', text: `@id("a") ${PERMIT} when { ${condition} };` },
    { file: 'b.yaml', text: guards },
  ])
  return ['api.example.com', 'a.example.org', 'evil.example'].filter(resolvable(set))
}

test.each([
  ['no policy that looks at addresses', 'true', '', []],
  ['policies about hosts', 'context.facts.urls.hosts.contains("evil.example")', '', []],
  [
    'guards that name hosts',
    'context.facts.guards["web"] == "pass"',
    'guards: { web: { url: { hosts: ["api.example.com", "*.example.org"] } } }',
    ['api.example.com', 'a.example.org'],
  ],
  [
    'a guard for any public host',
    'context.facts.guards["web"] == "pass"',
    'guards: { web: { url: { schemes: [https] } } }',
    ['api.example.com', 'a.example.org', 'evil.example'],
  ],
  [
    'a policy about ranges',
    'context.facts.urls.ranges.contains("private")',
    '',
    ['api.example.com', 'a.example.org', 'evil.example'],
  ],
])('with %s, only hosts are asked about whose addresses decide', (_, condition, guards, hosts) => {
  expect(hostsAsked(condition, guards)).toEqual(hosts)
})
