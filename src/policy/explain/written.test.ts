import { expect, test } from 'vitest'
import { request } from '../../kernel/testing/requests.ts'
import { loadPolicies } from '../policy.ts'
import { explain } from './explain.ts'
import { writtenPolicy } from './written.ts'

const TEXT = `// permit (principal, action, resource); is a comment; so is this.
@id("first") permit (principal, action, resource) when { resource.name == "a;b" };

// About mail: not a part of it.
@id("mail") // to colleagues
@reason("say; what")
permit (
  principal is User, action == Action::"call", resource == Tool::"mail:send"
)
when { (context.args.to   like "*@example.com")
  && !(context.args.to like "*,*" || (context.args has cc)) }
unless { context.args.to == "x@example.com" };
@id("last") forbid (principal, action, resource) when { resource.effects.contains("admin") };
`
const SOURCES = [{ file: 'a.cedar', text: TEXT }]

function written(to: string, id = 'mail') {
  const set = loadPolicies(SOURCES)
  const call = request('call', 'mail', 'send', { arguments: { to }, effects: ['send'] })
  const found = explain(set, call).policies.find(({ policy }) => policy === id)
  return found && writtenPolicy(found, found.clauses, SOURCES)
}

function marked(found: ReturnType<typeof written>) {
  return found?.clauses.map(({ clause, decides, at }) => [
    at && found.text.slice(at.start, at.end),
    clause.outcome,
    decides,
  ])
}

test('a policy is shown as written, and each clause in it', () => {
  const found = written('a@example.com, b@example.com')
  expect(found?.text).toMatch(/^@id\("mail"\) \/\/ to colleagues\n[\s\S]*unless \{[^}]*\};$/)
  expect(marked(found)).toEqual([
    ['context.args.to   like "*@example.com"', 'true', false],
    ['context.args.to like "*,*"', 'true', true],
    ['context.args has cc', 'false', false],
    ['context.args.to == "x@example.com"', 'true', false],
  ])
})

test('what decides is what failed, or what held', () => {
  expect(marked(written('a@evil.example'))?.filter(([, , decides]) => decides)).toEqual([
    ['context.args.to   like "*@example.com"', 'false', true],
  ])
  expect(marked(written('a@evil.example', 'last'))).toEqual([
    ['resource.effects.contains("admin")', 'false', true],
  ])
})

test('a file that is not at hand shows nothing', () => {
  expect(writtenPolicy({ file: 'b.cedar', line: 1 }, [], SOURCES)).toBeUndefined()
  expect(writtenPolicy({ file: 'a.cedar', line: 99 }, [], SOURCES)).toBeUndefined()
})
