import { describe, expect, test } from 'vitest'
import { facts, shell } from '../testing/facts.ts'
import { outcome } from '../testing/guards.ts'

describe('command lines', () => {
  const BUILD =
    '{ programs: [npm, git], argv: [[npm, test], [git, status, "*"], [git, log, "--max-count=*"]] }'
  const seen = (guard: string, one: ReturnType<typeof shell>) =>
    outcome(`{ shell: ${guard} }`, facts({ shell: [one] }))

  test.each([
    [['npm', 'test']],
    [['git', 'status']],
    [['git', 'status', '-s', '.']],
    [['git', 'log', '--max-count=3']],
  ])('%j passes', (words) => expect(seen(BUILD, shell(words))).toBe('pass'))

  test.each([
    [['npm', 'test', '--', 'x']],
    [['npm']],
    [['git', 'push']],
    [['git', 'log', '--output=x']],
    [['rm', 'npm', 'test']],
    [['/tmp/git', 'status']],
    [['./git', 'status']],
    [['git', null]],
    [['git', 'status', null]],
    [[null, 'test']],
    [[]],
  ])('%j fails', (words) => expect(seen(BUILD, shell(words))).toBe('fail'))

  test('every command counts, and so do programs that others run', () => {
    expect(seen(BUILD, shell(['npm', 'test'], ['git', 'status']))).toBe('pass')
    expect(seen(BUILD, shell(['npm', 'test'], ['git', 'push']))).toBe('fail')
    expect(seen(BUILD, { ...shell(['npm', 'test']), programs: ['npm', 'rm'] })).toBe('fail')
    expect(seen(BUILD, shell())).toBe('fail')
  })

  test('a program in a folder is listed with it', () => {
    expect(seen('{ programs: [/usr/bin/git] }', shell(['/usr/bin/git', 'x']))).toBe('pass')
    expect(seen('{ programs: [git] }', shell(['/usr/bin/git', 'x']))).toBe('fail')
    expect(seen('{ programs: [git] }', shell([String.raw`C:\x\git`]))).toBe('fail')
    expect(seen('{ argv: [[git, "*"]] }', shell(['git', 'x']))).toBe('pass')
  })

  test('operators and redirections only where they are allowed', () => {
    const piped = { ...shell(['git']), operators: ['|'] }
    expect(seen('{ programs: [git] }', piped)).toBe('fail')
    expect(seen('{ programs: [git], operators: ["|"] }', piped)).toBe('pass')
    const redirected = { ...shell(['git']), redirects: [{ operator: '>', target: null }] }
    expect(seen('{ programs: [git] }', redirected)).toBe('fail')
    expect(seen('{ programs: [git], redirects: true }', redirected)).toBe('pass')
    for (const flag of ['substitution', 'dynamic', 'eval']) {
      expect(seen('{ programs: [git] }', { ...shell(['git']), flags: [flag] })).toBe('fail')
    }
  })
})
