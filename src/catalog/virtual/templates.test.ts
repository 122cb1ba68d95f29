// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is tested.
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pathTemplate } from './path-template.ts'
import { shellTemplate } from './shell-template.ts'
import { type Fill, readTemplate, type Template } from './template.ts'
import { urlTemplate } from './url-template.ts'

const x = '$' + '{x}'
const y = '$' + '{y}'

function template(text: string): Template {
  const read = readTemplate(text)
  if ('wrong' in read) throw new Error(read.wrong)
  return read
}

function compiled(made: Fill | string): Fill {
  if (typeof made === 'string') throw new Error(made)
  return made
}

describe('names in a template', () => {
  test('are read between the texts', () => {
    expect(template(`a${x}${y}b`)).toEqual(['a', { argument: 'x' }, { argument: 'y' }, 'b'])
  })

  test.each(['${', '${}', '${a b}', '${x', '${x:-y}', '${${x}}', '${1}'])('%s is none', (text) => {
    expect(readTemplate(text)).toEqual({ wrong: 'a `${` begins no name of an argument' })
  })
})

describe('shell', () => {
  /** What a real shell makes of the words behind `program`. */
  function wordsOf(text: string): readonly string[] {
    const script = `deploy() { for word; do printf '%s\\0' "$word"; done; }\n${text}`
    const out = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })
    return out.split('\0').slice(0, -1)
  }

  const HOSTILE = [
    `a' b`,
    `'; touch /tmp/x; '`,
    '$(id)',
    '`id`',
    '$HOME',
    'a\nb',
    '*',
    '~',
    '\\',
    `\\'`,
    '"',
    '&& id',
    '| sh',
    '> f',
    '#',
    '!',
    '{a,b}',
    '',
    '\u2028',
    "''",
  ]

  test.each(HOSTILE)('%j is one word, and itself', (value) => {
    const fill = compiled(shellTemplate(template(`deploy --env ${x} --tag=${y} end`)))
    const filled = fill({ x: value, y: value })
    expect('text' in filled && wordsOf(filled.text)).toEqual([
      '--env',
      value,
      `--tag=${value}`,
      'end',
    ])
  })

  test('any value is one word for a real shell', () => {
    const fill = compiled(shellTemplate(template(`deploy a${x}b -- ${y} && deploy z`)))
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...`'"\\$\`!*?[]{}()<>|&;~# \n\t-=`),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    })
    fc.assert(
      fc.property(text, text, (left, right) => {
        const filled = fill({ x: left, y: right })
        if ('why' in filled) {
          expect(left.isWellFormed() && right.isWellFormed() && !/\0/.test(left + right)).toBe(
            false,
          )
          return
        }
        expect(wordsOf(filled.text)).toEqual([`a${left}b`, '--', right, 'z'])
      }),
      { numRuns: 150 },
    )
  })

  test('a value is no option, unless nothing can be one any more', () => {
    const before = compiled(shellTemplate(template(`deploy ${x}`)))
    expect(before({ x: '--force' })).toEqual({
      argument: 'x',
      why: 'must not begin with `-`: it would be an option',
    })
    const after = compiled(shellTemplate(template(`deploy -- ${x}`)))
    expect(after({ x: '--force' })).toEqual({ text: "deploy -- '--force'" })
    const inside = compiled(shellTemplate(template(`deploy --env=${x}`)))
    expect(inside({ x: '-f' })).toEqual({ text: "deploy --env='-f'" })
  })

  test('a text without arguments is what it is', () => {
    expect(compiled(shellTemplate(template('a $(b) "c" # d')))({})).toEqual({
      text: 'a $(b) "c" # d',
    })
  })

  test.each([
    [`${x} --now`, 'the program of a template must be fixed'],
    [`a; ${x}`, 'the program of a template must be fixed'],
    [`a && b | ./${x}`, 'the program of a template must be fixed'],
    [`A=1 ${x}`, 'the program of a template must be fixed'],
    [`$TOOL ${x}`, 'the program of a template must be fixed'],
    [`sh -c ${x}`, 'the program of a template must be fixed'],
    [`bash ${x}`, 'the program of a template must be fixed'],
    [`sudo -n ${x}`, 'the program of a template must be fixed'],
    [`timeout 5 ${x}`, 'the program of a template must be fixed'],
    [`env A=1 nice -n 5 ${x}`, 'the program of a template must be fixed'],
    [`eval echo ${x}`, '`eval` would read an argument as a command'],
    [`ssh host ls ${x}`, '`ssh` would read an argument as a command'],
    [`sudo ssh host ${x}`, '`ssh` would read an argument as a command'],
    [`/usr/bin/xargs ${x}`, '`xargs` would read an argument as a command'],
    [`deploy "${x}"`, 'an argument must not stand in quotes: it is quoted already'],
    [`deploy '${x}'`, 'an argument must not stand in quotes: it is quoted already'],
    [`deploy \\${x}`, 'an argument must not stand behind `\\`'],
    [`deploy $${x}`, 'an argument must not stand behind `$`'],
    [`deploy $(echo ${x})`, 'a template with arguments holds no bare `(`'],
    [`deploy \`echo ${x}\``, 'a template with arguments holds no bare ```'],
    [`deploy "$(id)" ${x}`, 'a template runs no command inside of another'],
    [`deploy # ${x}`, 'a template with arguments holds no comment'],
    [`cat <<E\n${x}\nE`, 'a template with arguments holds no `<<`'],
    [`deploy > ${x}`, 'an argument must not name the file of a redirection'],
    [`deploy 2>>log-${x}`, 'an argument must not name the file of a redirection'],
    [`deploy &>${x}`, 'an argument must not name the file of a redirection'],
    [`deploy >| ${x}`, 'the program of a template must be fixed'],
    [`deploy {a,${x}}`, 'a template with arguments holds no bare `{`'],
    [`deploy $'a' ${x}`, 'a template with arguments holds no `$` before a quote'],
    [`for i in ${x}; do b; done`, 'a template with arguments holds no `for`'],
    [`sudo \\\n ${x}`, 'a template with arguments continues no line'],
    [`deploy 'a ${x}`, 'an argument must not stand in quotes: it is quoted already'],
    [`deploy ${x} 'a`, 'a quote is not closed'],
    [`deploy ${x} \\`, 'it ends in a backslash'],
  ])('%j is refused', (text, why) => {
    expect(shellTemplate(template(text))).toBe(why)
  })

  test.each([
    `deploy ${x}`,
    `sh deploy.sh ${x}`,
    `sudo -u app ./deploy ${x}`,
    `cd /srv && ./deploy "$HOME" ${x} | tee log 2>&1`,
    `LEVEL=${x} ./deploy`,
    `a "b \\" c" 'd # e' f\\ g ${x}`,
  ])('%j is taken', (text) => {
    expect(shellTemplate(template(text))).toBeTypeOf('function')
  })
})

describe('path', () => {
  const report = compiled(pathTemplate(template(`/srv/reports/${x}.csv`)))
  const folder = compiled(pathTemplate(template(`/srv/${x}${y}/log`)))

  test.each(['a', 'q3 2026', 'Ärger', '..a', 'a..b', '日本', '-rf', '%2e%2e%2f', '$HOME', "a'b"])(
    '%j is a name',
    (value) => {
      expect(report({ x: value })).toEqual({ text: `/srv/reports/${value}.csv` })
    },
  )

  test.each([
    'a/b',
    '../x',
    'a\\b',
    '/etc/passwd',
    'a\0b',
    'C:x',
    'a\nb',
    '．．／x',
    '..⁄x',
    'a\ud800',
  ])('%j is none', (value) => {
    const folds = /[/\\:\p{Cc}]/u.test(value.normalize('NFKC')) || !value.isWellFormed()
    const why = 'must be a name without separators and control characters'
    expect(report({ x: value })).toEqual(
      folds ? { argument: 'x', why } : { text: `/srv/reports/${value}.csv` },
    )
  })

  test.each([
    ['.', '.'],
    ['..', ''],
    ['', ''],
    ['', '.'],
    ['. ', '.'],
    ['．', '．'],
    ['a', ' '],
    ['a', '.'],
  ])('%j and %j together are no folder', (left, right) => {
    expect(folder({ x: left, y: right })).toMatchObject({ argument: 'x' })
  })

  test('a path does not begin in a home', () => {
    const own = compiled(pathTemplate(template(`${x}/a`)))
    expect(own({ x: '~root' })).toEqual({ argument: 'x', why: 'must not begin with `~`' })
  })

  test('every value leaves the folders as they are', () => {
    const text = fc.string({
      unit: fc.constantFrom('.', '/', '\\', 'a', ' ', '．', '／', '\0', ':'),
    })
    fc.assert(
      fc.property(text, text, (left, right) => {
        const filled = folder({ x: left, y: right })
        if ('why' in filled) return
        const names = filled.text.split('/')
        expect(names).toHaveLength(4)
        expect(names[2]?.normalize('NFKC')).toMatch(/^[^/\\]*[^/\\. ]$/)
      }),
    )
  })
})

describe('url', () => {
  const item = compiled(
    urlTemplate(template(`https://api.example.com/items/${x}/parts?q=${y}#top`)),
  )

  test('values are components', () => {
    expect(item({ x: 'a b/c', y: '1&r=2#z' })).toEqual({
      text: 'https://api.example.com/items/a%20b%2Fc/parts?q=1%26r%3D2%23z#top',
    })
  })

  test.each(['', '.', '..', '...'])('%j is no segment', (value) => {
    expect(item({ x: value, y: '' })).toEqual({
      argument: 'x',
      why: 'must not be empty, `.` or `..` as a segment of a path',
    })
  })

  test('no value changes anything but its own component', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...'/\\?#&=.%@:;+ \t\n'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    })
    fc.assert(
      fc.property(text, text, (left, right) => {
        const filled = item({ x: left, y: right })
        if ('why' in filled) return
        const url = new URL(filled.text)
        expect(url.origin).toBe('https://api.example.com')
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual([
          '',
          'items',
          left,
          'parts',
        ])
        expect([...url.searchParams]).toEqual([['q', right]])
        expect(url.hash).toBe('#top')
        expect(url.href).toBe(filled.text)
      }),
    )
  })

  test.each([
    `https://${x}.example.com/`,
    `https://example.com${x}`,
    `${x}/a`,
    `https://example.com:${x}/`,
    `https://u:${x}@example.com/`,
    `/items/${x}`,
    `https:${x}`,
  ])('%j leaves the host open', (text) => {
    expect(urlTemplate(template(text))).toBe('scheme and host of an address must be fixed')
  })

  test('the name of a parameter is fixed', () => {
    const why = 'in a query, arguments stand behind a `=`'
    expect(urlTemplate(template(`https://example.com/?${x}`))).toBe(why)
    expect(urlTemplate(template(`https://example.com/?a=1&${x}=2`))).toBe(why)
    expect(urlTemplate(template(`https://example.com/?a=${x}&b=${y}`))).toBeTypeOf('function')
  })
})
