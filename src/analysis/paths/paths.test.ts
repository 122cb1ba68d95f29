// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what shells expand is what is tested
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FileView, Place } from '../analyser.ts'
import { PATH_FLAGS } from './flags.ts'
import { pathAnalyser } from './paths.ts'
import { localPlace, makeTree, remotePlace, type Tree } from './testing/tree.ts'

let tree: Tree
beforeAll(() => {
  tree = makeTree()
})
afterAll(() => tree.remove())

/** A place whose file system counts how often it is asked. */
function counted(place: Place): { readonly place: Place; readonly asked: () => number } {
  let asked = 0
  const files: FileView = {
    follow(path) {
      asked += 1
      return place.world.files.follow(path)
    },
  }
  return { place: { ...place, world: { ...place.world, files } }, asked: () => asked }
}

describe('declared', () => {
  test.each([
    [null, 'is not a text'],
    [7, 'is not a text'],
    [true, 'is not a text'],
    [{ path: 'x' }, 'is not a text'],
    [['a', 7], 'is not a text'],
    [['a', ['b']], 'is not a text'],
    ['', 'is empty'],
    [['a', ''], 'is empty'],
    ['a\0', 'holds a NUL character'],
    ['\udc00', 'is not Unicode text'],
    ['a'.repeat(4_097), 'is too long'],
    ['~/x', 'starts with what only the server can expand'],
    ['a%2fb', 'may be read in two ways'],
    ['{a,b,c,d,e,f,g}{a,b,c,d,e,f,g}', 'may be read in too many ways'],
    ['ftp://example.com/x', 'is a URL and not a path'],
    ['/proc/self/cwd', 'leads somewhere else for each process'],
    ['loop', 'leads through too many links'],
    [Array(1_001).fill('a'), 'more than 1000 paths'],
  ])('%j: %s', (value, unparsable) => {
    expect(pathAnalyser.declared(value, tree.place)).toEqual({ unparsable })
  })

  test('a link is followed, and said', () => {
    expect(pathAnalyser.declared('out/secret.txt', tree.place)).toEqual({
      facts: [
        {
          at: '/path',
          origin: 'declared',
          text: 'out/secret.txt',
          style: 'posix',
          lexical: `${tree.work}/out/secret.txt`,
          real: `${tree.outside}/secret.txt`,
          exists: true,
          flags: ['linked'],
        },
      ],
    })
  })

  test('each item of a list has its place', () => {
    const reading = pathAnalyser.declared(['notes.txt', 'new.txt'], tree.place)
    expect(reading).toMatchObject({
      facts: [
        { at: '/path/0', exists: true },
        { at: '/path/1', exists: false },
      ],
    })
    expect(pathAnalyser.declared([], tree.place)).toEqual({ facts: [] })
  })

  test('after a link, `..` is what the system makes of it, and what a server that normalises does', () => {
    const reading = pathAnalyser.declared('out/../notes.txt', tree.place)
    expect(reading).toMatchObject({
      facts: [
        { real: `${tree.base}/notes.txt`, exists: false, flags: ['linked', 'traversal'] },
        { real: `${tree.work}/notes.txt`, exists: true, flags: ['alternate', 'traversal'] },
      ],
    })
  })

  test('what some reading finds is no new file', () => {
    for (const text of ['notes.txt/', 'notes.txt/../notes.txt', 'nothing/../notes.txt'])
      expect(pathAnalyser.declared(text, tree.place)).toMatchObject({
        facts: [{ real: `${tree.work}/notes.txt`, exists: true }],
      })
  })

  test("links on the way to the workspace are nobody's news", () => {
    symlinkSync('work', join(tree.base, 'alias'))
    const place = localPlace(`${tree.base}/alias/`)
    for (const text of ['notes.txt', '.', `${tree.base}/alias/notes.txt`, 'src/new.ts'])
      expect(pathAnalyser.declared(text, place)).toMatchObject({ facts: [{ flags: [] }] })
    expect(pathAnalyser.declared('in/app.ts', place)).toMatchObject({
      facts: [{ real: `${tree.work}/src/app.ts`, flags: ['linked'] }],
    })
  })

  test('without a folder to count from, a relative path leads nobody knows where', () => {
    const reading = pathAnalyser.declared('a/../b', localPlace(undefined))
    expect(reading).toEqual({
      facts: [
        {
          at: '/path',
          origin: 'declared',
          text: 'a/../b',
          style: 'posix',
          lexical: 'b',
          flags: ['relative', 'traversal'],
        },
      ],
    })
  })
})

describe('found', () => {
  const found = (text: string): readonly string[] => [
    ...new Set(pathAnalyser.found(text, remotePlace()).map((fact) => fact.text)),
  ]

  test.each<[text: string, ...paths: string[]]>([
    // Whole values
    ['/etc/passwd', '/etc/passwd'],
    [' /etc/passwd\n', '/etc/passwd'],
    ['/', '/'],
    ['/tmp', '/tmp'],
    ['/home/u/My Docs/a.txt', '/home/u/My Docs/a.txt', '/home/u/My'],
    ['.', '.'],
    ['..', '..'],
    ['./a b', './a b'],
    ['../x', '../x'],
    ['..\\x', '..\\x'],
    ['~', '~'],
    ['~/.ssh', '~/.ssh'],
    ['~root/x', '~root/x'],
    ['C:\\Users', 'C:\\Users'],
    ['c:/Users', 'c:/Users'],
    ['\\\\server\\share', '\\\\server\\share'],
    ['//server/share', '//server/share'],
    ['file:///etc/passwd', 'file:///etc/passwd'],
    ['file:/etc', 'file:/etc'],
    // Within text
    ['read /etc/passwd now', '/etc/passwd'],
    ['read /etc/passwd, /etc/shadow.', '/etc/passwd', '/etc/shadow'],
    ['read "/home/u/My Docs/a.txt" now', '/home/u/My Docs/a.txt'],
    ["cat '/a/b c' > /d/e", '/a/b c', '/d/e'],
    ['--file=/etc/passwd', '/etc/passwd'],
    ['path:/etc/passwd', '/etc/passwd'],
    ['(/etc/passwd)', '/etc/passwd'],
    ['[x](/etc/passwd)', '/etc/passwd'],
    ['PATH=/usr/bin:/usr/local/bin', '/usr/bin:/usr/local/bin'],
    ['open C:\\Users\\x now', 'C:\\Users\\x'],
    ['see file:///etc/passwd for it', 'file:///etc/passwd'],
    ['line\n/etc/passwd\nline', '/etc/passwd'],
    // None
    [''],
    ['hello'],
    ['and/or'],
    ['1/2'],
    ['2026/11/21'],
    ['a / b / c'],
    ['src/app.ts'],
    ['/help me'],
    ['/ '.repeat(3)],
    ['// a comment/here'],
    ['/* a comment */'],
    ['https://example.com/a/b'],
    ['see https://example.com/a/b, please'],
    ['<p>text</p>'],
    ['<br/><a href="x">y</a>'],
    ['application/json'],
    ['...'],
    ['.5'],
    ['x ~ y'],
    ['~5 minutes'],
    ['C: is a drive'],
    ['ratio 3:/4'],
    ['/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsK'],
    [
      'x data:image/jpeg;base64,/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoM',
    ],
  ])('%j: %j', (text, ...paths) => {
    expect(found(text)).toEqual(paths)
  })

  test.each([
    '~/x',
    '/proc/self/environ',
    'file:///a%2fb',
    '//x/%2e%2e',
    './../work/loop',
    '../work/self',
  ])('%j: what nobody can follow is there, unclear and without a real path', (text) => {
    const [fact, ...others] = pathAnalyser.found(text, tree.place)
    expect(others).toEqual([])
    expect(fact).toMatchObject({ text, origin: 'found', at: '/path' })
    expect(fact?.flags).toContain('unclear')
    expect(fact?.flags).not.toContain('alternate')
    expect(fact?.real).toBeUndefined()
  })

  test('links are followed for them, too', () => {
    expect(pathAnalyser.found(`see ${tree.work}/out/secret.txt`, tree.place)).toMatchObject([
      { origin: 'found', real: `${tree.outside}/secret.txt`, flags: ['linked'] },
    ])
  })

  test('a text has 64 at most', () => {
    const text = Array.from({ length: 1_000 }, (_, index) => `/a/${index}`).join(' ')
    expect(found(`x ${text}`)).toHaveLength(64)
  })
})

describe('bounds', () => {
  const MEGA = 1_048_576
  const fill = (unit: string): string => unit.repeat(Math.floor(MEGA / unit.length))
  // Each of these took quadratic time or worse in an expression that backtracks.
  test.each([
    ['/'],
    ['/a'],
    ['/a '],
    [' /a'],
    ['"/'],
    ['"/a/'],
    ["'/a/ "],
    ['"/a/ b'],
    [' "/'],
    ['/a(/b'],
    ['C:'],
    [' C:\\'],
    ['file://'],
    [' file:///'],
    ['~'],
    ['.'],
    ['../'],
    ['%2e'],
    ['{'],
    ['{a,'],
    ['['],
    ['$'],
    ['${'],
    ['`'],
    ['\\'],
    ['\u200b'],
    [' '],
    ['\n/a/b'],
    ['(/'],
    [':'],
  ])('%j a million times', (unit) => {
    const { place, asked } = counted(tree.place)
    const facts = pathAnalyser.found(fill(unit), place)
    pathAnalyser.found(`x ${fill(unit)}`, place)
    pathAnalyser.declared(fill(unit), place)
    pathAnalyser.declared(fill(unit).slice(0, 4_096), place)
    pathAnalyser.declared(`${fill(unit).slice(0, 4_090)}.`, place)
    expect(facts.length).toBeLessThanOrEqual(64 * 40)
    expect(asked()).toBeLessThanOrEqual(5 * 64 * 40)
  })
})

describe('for all texts', () => {
  const piece = fc.constantFrom(
    '/',
    '..',
    '.',
    'out',
    'in',
    'src',
    'new',
    ' ',
    '\\',
    '%2e',
    '%2f',
    '%25',
    '~',
    '$X',
    '${X}',
    '{a,b}',
    '"',
    '．',
    '／',
    '\u200b',
    '\u0301',
    'C:',
    ':',
    '\0',
    '\n',
    'file:',
    'loop',
    'dangling-out',
    '*',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 30 }),
  )

  test('it answers, with known flags, sorted, and a literal reading first', () => {
    const places = { local: tree.place, remote: remotePlace(), windows: remotePlace('C:\\w') }
    fc.assert(
      fc.property(text, fc.constantFrom(...Object.values(places)), (value, place) => {
        const reading = pathAnalyser.declared(value, place)
        const declared = 'facts' in reading ? reading.facts : undefined
        for (const { flags } of [...(declared ?? []), ...pathAnalyser.found(value, place)]) {
          expect(flags).toEqual([...new Set(flags)].sort())
          expect(Object.keys(PATH_FLAGS)).toEqual(expect.arrayContaining([...flags]))
        }
        const alternate = declared?.map(({ flags }) => flags.includes('alternate'))
        expect(alternate).toEqual(declared?.map((_, index) => index > 0))
        expect(declared?.length).not.toBe(0)
      }),
      { numRuns: 3_000 },
    )
  })

  test('one of the readings is what the system opens', () => {
    let opened = 0
    fc.assert(
      fc.property(text, (value) => {
        const reading = pathAnalyser.declared(value, tree.place)
        if ('unparsable' in reading || value.startsWith('/')) return
        // What lies outside of the tree is not for a test to write.
        if (!reading.facts[0]?.real?.startsWith(`${tree.base}/`)) return
        const target = `${tree.work}/${value}`
        const marker = `opened ${opened}`
        try {
          mkdirSync(`${tree.work}/new`, { recursive: true })
          writeFileSync(target, marker, { flag: 'a' })
        } catch {
          return
        }
        opened += 1
        const [literal] = reading.facts
        expect(literal?.real).toBe(realpathSync.native(target))
        expect(readFileSync(literal?.real ?? '', 'utf8')).toContain(marker)
      }),
      { numRuns: 3_000 },
    )
    expect(opened).toBeGreaterThan(200)
  })
})
