import { afterAll, describe, expect, test } from 'vitest'
import type { ShellFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Place } from '../analyser.ts'
import { SHELL_FLAGS } from './flags.ts'
import { shellAnalyser } from './shell.ts'
import { ATTACKS, BENIGN, UNREADABLE } from './testing/corpus.ts'
import { HIDDEN, PROSE } from './testing/prose.ts'
import { realShell } from './testing/real-shell.ts'

const place = (at = '/command'): Place => ({ at }) as Place

function read(value: Json, at?: string): ShellFact {
  const reading = shellAnalyser.declared(value, place(at))
  if ('unparsable' in reading) throw new Error(`${JSON.stringify(value)}: ${reading.unparsable}`)
  expect(reading.facts).toHaveLength(1)
  return reading.facts[0] as ShellFact
}

const words = (text: string): string[] => text.split(' ').filter(Boolean)

describe('the programs that a command line runs', () => {
  test('the corpus is large, and each case stands in it once', () => {
    expect(ATTACKS.length).toBeGreaterThan(150)
    for (const cases of [ATTACKS, BENIGN])
      expect(new Set(cases.map(([line]) => line)).size).toBe(cases.length)
  })

  test.each(ATTACKS)('%j names %j and says %j', (line, programs, flags) => {
    const fact = read(line)
    expect(fact.programs).toEqual(expect.arrayContaining(words(programs)))
    expect(fact.flags).toEqual(expect.arrayContaining(words(flags)))
  })

  test.each(BENIGN)('%j is %j and no more, with flags %j', (line, programs, flags) => {
    const fact = read(line)
    expect(fact.programs).toEqual(words(programs))
    expect(fact.flags).toEqual(words(flags))
  })

  test.each(UNREADABLE)('%j is refused', (line) => {
    expect(shellAnalyser.declared(line, place())).toHaveProperty('unparsable')
  })

  test('flags are words of the list', () => {
    for (const [line] of [...ATTACKS, ...BENIGN])
      for (const flag of read(line).flags) expect(Object.keys(SHELL_FLAGS)).toContain(flag)
  })
})

describe('against real shells', () => {
  const shell = realShell()
  afterAll(() => shell.end())

  // No connections, nothing that goes on, and no profile of this machine.
  test.each([...ATTACKS, ...BENIGN].filter(([line]) => !/\/dev\/tcp|watch|-lc/.test(line)))(
    '%j runs nothing else',
    (line) => {
      const fact = read(line)
      const open = fact.flags.some((flag) => flag === 'dynamic' || flag === 'inline-code')
      const ran = [...shell.ran('bash', line), ...shell.ran('sh', line)]
      expect(open ? [] : ran.filter((program) => !fact.programs.includes(program))).toEqual([])
    },
  )

  test('the comparison sees what runs', () => {
    expect(shell.ran('bash', 'ls; env rm x | cat')).toEqual(
      expect.arrayContaining(['cat', 'env', 'ls', 'rm']),
    )
    expect(shell.ran('sh', "sh -c 'rm x'")).toEqual(['sh', 'rm'])
  })
})

describe('words, operators and redirections', () => {
  test('words are given without quotes and escapes, or not at all', () => {
    expect(read(`a 'b c' "d\\"e" f\\ g $'h\\ti' "$j" k$l m*`).commands).toEqual([
      ['a', 'b c', 'd"e', 'f g', 'h\ti', null, null, null],
    ])
  })

  test('a command that another one runs stands behind it', () => {
    expect(read("env A=1 sh -c 'ls -l'").commands).toEqual([
      ['env', 'A=1', 'sh', '-c', 'ls -l'],
      ['sh', '-c', 'ls -l'],
      ['ls', '-l'],
    ])
  })

  test('operators at every level are there, once each', () => {
    expect(read('a | b && c; d & e || (f |& g); ! h').operators).toEqual(
      ['!', '&', '&&', ';', '|', '|&', '||'].sort(),
    )
  })

  test('redirections lead somewhere, or to what only the run tells', () => {
    expect(read('a <b >>"c d" 2>&1 >$e <<<f').redirects).toEqual([
      { operator: '<', target: 'b' },
      { operator: '>>', target: 'c d' },
      { operator: '>&', target: '1' },
      { operator: '>', target: null },
      { operator: '<<<', target: 'f' },
    ])
    expect(read('{ a; } >b').redirects).toEqual([{ operator: '>', target: 'b' }])
    expect(read("cat <<'E'\n$x\nE").redirects).toEqual([{ operator: '<<', target: '$x\n' }])
  })
})

describe('a list of words', () => {
  test('is one command, and no shell reads it', () => {
    const fact = read(['git', 'commit', '-m', 'a; rm $(x) | y'])
    expect(fact.programs).toEqual(['git'])
    expect(fact.flags).toEqual([])
    expect(fact.commands).toEqual([['git', 'commit', '-m', 'a; rm $(x) | y']])
  })

  test('is followed to what it runs', () => {
    expect(read(['/usr/bin/env', 'sh', '-c', 'rm x; ls']).programs).toEqual([
      'env',
      'ls',
      'rm',
      'sh',
    ])
    expect(read(['xargs', 'rm']).programs).toEqual(['rm', 'xargs'])
  })

  test('whose first word no program has is a line', () => {
    expect(read(['ls -l; rm', 'x']).programs).toEqual(expect.arrayContaining(['ls', 'rm']))
  })

  test('of lines is one fact each', () => {
    const reading = shellAnalyser.declared(['ls', 'rm -rf x'], place('/commands'))
    expect(
      'facts' in reading && reading.facts.map(({ at, programs }) => [at, ...programs]),
    ).toEqual([
      ['/commands/0', 'ls'],
      ['/commands/1', 'rm'],
    ])
  })

  test.each([{ a: 1 }, 1, null, true, ['ls', 1], [['ls']], ['ls', 'a\0b']])(
    '%j is refused',
    (value) => {
      expect(shellAnalyser.declared(value as Json, place())).toHaveProperty('unparsable')
    },
  )
})

describe('commands in other texts', () => {
  test.each(HIDDEN)('%j is found', (text) => {
    const [fact] = shellAnalyser.found(text, place('/text'))
    expect(fact?.origin).toBe('found')
  })

  test.each(PROSE)('%j is none', (text) => {
    expect(shellAnalyser.found(text, place('/text'))).toEqual([])
  })
})

describe('what is hostile', () => {
  test.each([
    ['x'.repeat(131_073), 'the command is too long'],
    [`cat ${'<<E '.repeat(300)}`, 'too many here-documents'],
    [`${'env '.repeat(20)}rm`, 'commands are nested too deeply'],
    [`${'$('.repeat(5_000)}${')'.repeat(5_000)}`, 'not a command that a shell can read'],
    [`${'f() '.repeat(30_000)}{ rm; }`, 'commands are nested too deeply'],
    [`${'eval '.repeat(12)}rm`, 'shells are nested too deeply'],
    ['a\0b', 'a command cannot hold the character NUL'],
  ])('case %#: %j is not read', (line, why) => {
    expect(shellAnalyser.declared(line, place())).toEqual({ unparsable: why })
  })

  test('every character is read again only so often', () => {
    const nested = (depth: number): string =>
      `${'$(a '.repeat(depth)}${'x'.repeat(9_000)}${')'.repeat(depth)}`
    expect(read(nested(10)).flags).toContain('substitution')
    expect(shellAnalyser.declared(nested(100), place())).toEqual({
      unparsable: 'commands are nested too deeply',
    })
  })

  // Each of them takes minutes where anything is quadratic in the length of the text.
  test.each([
    '\n',
    '/',
    'a;',
    '`a`',
    '$a',
    '# ',
    '=',
    'xargs ',
    'sed s/e',
    ' ',
    'A=1 ',
    '%',
    'a\n',
  ])('a long row of %j ends', (unit) => {
    const row = unit.repeat(131_000 / unit.length)
    for (const line of [`a ${row})`, `sed '${row}x'`, `${row}x`]) {
      const reading = shellAnalyser.declared(line, place())
      expect('facts' in reading ? reading.facts.length : reading.unparsable).toBeTruthy()
      expect(shellAnalyser.found(line, place()).length).toBeLessThan(2)
    }
  })
})
