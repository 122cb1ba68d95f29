import { describe, expect, test } from 'vitest'
import { facts, path } from '../testing/facts.ts'
import { outcome, report } from '../testing/guards.ts'

const FILES = `{ path: { within: ["\${workspace}"], deny: ["**/.git/hooks/**", "**/.env*", "\${workspace}/own/*"] } }`

describe('paths', () => {
  const seen = (one: ReturnType<typeof path>) => outcome(FILES, facts({ paths: [one] }))

  test.each([
    '/srv/work/a',
    '/srv/work',
    '/srv/work/a/.github/x',
    '/srv/work/env',
    '/srv/work/own',
  ])('%s passes', (real) => expect(seen(path(real))).toBe('pass'))

  test.each([
    '/srv/workshop/a',
    '/srv',
    '/etc/passwd',
    '/srv/WORK/a',
    '/srv/work/../other',
    'srv/work/a',
    '/srv/work/.env',
    '/srv/work/.env.d/deep/er',
    '/srv/work/a/.git/hooks',
    '/srv/work/a/.git/hooks/pre-commit',
    '/srv/work/a/.GIT/Hooks/x',
    '/srv/work/.\u200cenv',
    '/srv/work/.ENV ',
    '/srv/work/.git/hooks. ./x',
    '/srv/work/.\uff45nv',
    '/srv/work/own/x',
  ])('%s fails', (real) => expect(seen(path(real))).toBe('fail'))

  test('what is written counts for denials as well as what is opened', () => {
    expect(seen(path('/srv/work/a', { lexical: '/srv/work/.env' }))).toBe('fail')
    expect(seen(path('/srv/work/.env', { lexical: '/srv/work/a' }))).toBe('fail')
    expect(seen(path('/srv/work/a', { lexical: '/link/own/a' }))).toBe('fail')
  })

  test('only what is opened counts for the folder', () => {
    expect(seen(path('/srv/work/a', { lexical: '/elsewhere/a' }))).toBe('pass')
    expect(seen(path('/etc/passwd', { lexical: '/srv/work/a' }))).toBe('fail')
  })

  test('what cannot be followed fails, unless the guard judges what is written', () => {
    expect(seen(path(undefined, { lexical: '/srv/work/a' }))).toBe('fail')
    const far = `{ path: { within: ["\${far}"], lexical: true } }`
    const at = (lexical: string) => outcome(far, facts({ paths: [path(undefined, { lexical })] }))
    expect(at('/gone/a')).toBe('pass')
    expect(at('/gone/../etc')).toBe('fail')
    expect(at('gone/a')).toBe('fail')
    expect(at('/etc')).toBe('fail')
  })

  test('Windows paths lie in Windows folders alone, in any case', () => {
    const windows = String.raw`{ path: { within: ['C:\Work'], deny: ['C:\Work\own\*'], lexical: true } }`
    const at = (lexical: string, style: 'posix' | 'windows') =>
      outcome(windows, facts({ paths: [path(undefined, { lexical, style })] }))
    expect(at(String.raw`c:\WORK\a`, 'windows')).toBe('pass')
    expect(at('C:/Work/a', 'windows')).toBe('pass')
    expect(at(String.raw`C:\Work\Own\a`, 'windows')).toBe('fail')
    expect(at(String.raw`C:\Works\a`, 'windows')).toBe('fail')
    expect(at(String.raw`D:\Work\a`, 'windows')).toBe('fail')
    expect(at(String.raw`\\C:\Work\a`, 'windows')).toBe('fail')
    expect(at('/Work/a', 'posix')).toBe('fail')
    expect(outcome(FILES, facts({ paths: [path('/srv/work/a', { style: 'windows' })] }))).toBe(
      'fail',
    )
  })

  test('the reasons say where and why, and quote no value', () => {
    const { reasons } = report(
      FILES,
      facts({
        paths: [
          path('/etc/passwd'),
          path('/srv/work/.env', { at: '/b`\n' }),
          path('/srv/work/a', { at: '/c', flags: ['stream'] }),
          path(undefined, { at: '/d' }),
        ],
        unparsable: [{ at: '', kind: 'path', why: 'too many' }],
      }),
    )
    expect(reasons).toEqual([
      'the arguments: cannot be read as path: too many',
      '`/c` is flagged `stream`',
      '`/a` leads out of the folders of the guard',
      '`/b��` is denied by the guard',
      '`/d` cannot be followed to what it opens',
    ])
  })

  test('`.` is the folder that relative paths count from where nobody knows it', () => {
    const rule = '{ path: { within: ["."], deny: ["**/.github/**"], lexical: true } }'
    const at = (lexical: string, style: 'posix' | 'windows' = 'posix') =>
      outcome(rule, facts({ paths: [path(undefined, { lexical, style })] }))
    for (const inside of ['a', 'src/a.ts', '..a/b', 'a/..b', '.env']) {
      expect(at(inside)).toBe('pass')
      expect(at(inside, 'windows')).toBe('pass')
    }
    for (const outside of ['/a', '..', '../a', 'a/../../b', '.', '/', '.github/workflows/x.yml']) {
      expect(at(outside)).toBe('fail')
      expect(at(outside, 'windows')).toBe('fail')
    }
    for (const outside of ['C:a', 'C:\\a', '\\a', '..\\a', '.GitHub\\x']) {
      expect(at(outside, 'windows')).toBe('fail')
    }
    expect(outcome(FILES, facts({ paths: [path(undefined, { lexical: 'a' })] }))).toBe('fail')
    expect(() => outcome('{ path: { within: ["."] } }', facts({}))).toThrow('lexical: true')
  })
})
