import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Place } from '../analyser.ts'
import { MEDIA_FLAGS } from './flags.ts'
import { mediaAnalyser } from './media.ts'

const nobody = (): never => {
  throw new Error('asked the world')
}
const place: Place = {
  at: '/type',
  hint: undefined,
  parent: undefined,
  server: 'files',
  local: true,
  cwd: '/work',
  world: { files: { follow: nobody }, resolver: { resolve: nobody } },
}

function said(text: string): string {
  const reading = mediaAnalyser.declared(text, place)
  if ('unparsable' in reading) return 'unparsable'
  return reading.facts.map(({ type, bytes, flags }) => [type, bytes, ...flags].join(' ')).join('|')
}

/** A `data:` URL of bytes in Base64. */
function data(type: string, content: string | Buffer): string {
  return `data:${type};base64,${Buffer.from(content).toString('base64')}`
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const JPEG = Buffer.from('ffd8ffe000104a4649460001', 'hex')
const PE = Buffer.concat([Buffer.from('4d5a900003000000', 'hex'), Buffer.alloc(120)])
const ELF = Buffer.from('7f454c4602010100', 'hex')
const ZIP = Buffer.from('504b030414000000', 'hex')
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>'

/** Media types, and what is said of each. */
const TYPES: readonly (readonly [text: string, said: string])[] = [
  ['text/plain', 'text/plain '],
  ['TEXT/Plain', 'text/plain '],
  [' text/plain ', 'text/plain '],
  ['text/plain;charset=utf-8', 'text/plain '],
  ['text/plain; charset="utf-8"; x=y', 'text/plain '],
  ['text/plain; title="a, \\"b\\""', 'text/plain '],
  ['text/plain;', 'text/plain '],
  ['application/json', 'application/json '],
  ['application/vnd.api+json', 'application/vnd.api+json '],
  ['application/pdf', 'application/pdf '],
  ['application/octet-stream', 'application/octet-stream '],
  ['application/xml', 'application/xml '],
  ['application/rss+xml', 'application/rss+xml '],
  ['application/zip', 'application/zip '],
  ['image/png', 'image/png '],
  ['x-custom/y', 'x-custom/y '],
  ['text/html', 'text/html  active'],
  ['Text/HTML; charset=utf-8', 'text/html  active'],
  ['application/xhtml+xml', 'application/xhtml+xml  active'],
  ['image/svg+xml', 'image/svg+xml  active'],
  ['text/javascript', 'text/javascript  active'],
  ['application/x-javascript', 'application/x-javascript  active'],
  ['text/ecmascript', 'text/ecmascript  active'],
  ['application/hta', 'application/hta  active executable'],
  ['text/vbscript', 'text/vbscript  active executable'],
  ['application/x-msdownload', 'application/x-msdownload  executable'],
  ['application/x-sh', 'application/x-sh  executable'],
  ['application/java-archive', 'application/java-archive  executable'],
  ['application/wasm', 'application/wasm  executable'],
  ['', 'unparsable'],
  ['text', 'unparsable'],
  ['text/', 'unparsable'],
  ['/plain', 'unparsable'],
  ['text/plain/x', 'unparsable'],
  ['text plain', 'unparsable'],
  ['text/pl ain', 'unparsable'],
  ['text /plain', 'unparsable'],
  ['text/plain\0', 'unparsable'],
  ['text/plain\n', 'unparsable'],
  ['text/plain;\r\nX: y', 'unparsable'],
  ['text/plain, text/html', 'unparsable'],
  ['text/plain; charset', 'unparsable'],
  ['text/plain; a="b', 'unparsable'],
  ['text/*', 'unparsable'],
  ['*/*', 'unparsable'],
  ['tехt/html', 'unparsable'],
  ['.text/html', 'unparsable'],
  [`text/${'a'.repeat(127)}`, `text/${'a'.repeat(127)} `],
  [`text/${'a'.repeat(128)}`, 'unparsable'],
]

/** `data:` URLs that hide something, or may. */
const ATTACKS: readonly (readonly [text: string, said: string])[] = [
  ['data:text/html,<script>alert(1)</script>', 'text/html 25 active data-uri'],
  ['DATA:TEXT/HTML,x', 'text/html 1 active data-uri'],
  [' data:text/html,x', 'text/html 1 active data-uri'],
  ['data: text/html ,x', 'text/html 1 active data-uri'],
  ['data:text/html;charset=utf-8,x', 'text/html 1 active data-uri'],
  ['data:text/html,%3Cscript%3E', 'text/html 8 active data-uri'],
  [data('text/html', '<p>'), 'text/html 3 active data-uri encoded-text'],
  [data('text/plain', 'attack at dawn'), 'text/plain 14 data-uri encoded-text'],
  ['data:;base64,aGk', 'text/plain 2 data-uri encoded-text'],
  ['data:text/plain; BASE64 ,aGk=', 'text/plain 2 data-uri encoded-text'],
  ['data:text/plain;base64,a%47k%3D', 'text/plain 2 data-uri encoded-text'],
  ['data:text/plain;base64,a G\nk =', 'text/plain 2 data-uri encoded-text'],
  ['data:,<html>', 'text/plain 6 active data-uri mismatch'],
  ['data:,%3Cscript src=x>', 'text/plain 14 active data-uri mismatch'],
  ['data:image/png,<svg onload=alert(1)>', 'image/png 21 active data-uri mismatch'],
  [data('image/png', SVG), 'image/png 61 active data-uri encoded-text mismatch'],
  [data('image/svg+xml', SVG), 'image/svg+xml 61 active data-uri encoded-text'],
  [data('image/png', '<!doctype html>x'), 'image/png 16 active data-uri encoded-text mismatch'],
  [data('image/png', '\ufeff \n<HTML>'), 'image/png 11 active data-uri encoded-text mismatch'],
  [
    data('image/gif', Buffer.from('\ufeff<script>', 'utf16le')),
    'image/gif 18 active data-uri encoded-text mismatch',
  ],
  [
    data('application/json', '<body onload=x>'),
    'application/json 15 active data-uri encoded-text mismatch',
  ],
  [data('image/png', PE), 'image/png 128 data-uri executable mismatch'],
  [data('application/octet-stream', PE), 'application/octet-stream 128 data-uri executable'],
  [data('application/x-msdownload', PE), 'application/x-msdownload 128 data-uri executable'],
  [data('image/jpeg', ELF), 'image/jpeg 8 data-uri executable mismatch'],
  [data('text/plain', ELF), 'text/plain 8 data-uri executable mismatch'],
  [
    data('application/pdf', Buffer.from('cafebabe', 'hex')),
    'application/pdf 4 data-uri executable mismatch',
  ],
  [
    data('audio/mpeg', Buffer.from('0061736d01000000', 'hex')),
    'audio/mpeg 8 data-uri executable mismatch',
  ],
  [data('text/plain', '#!/bin/sh\nid'), 'text/plain 12 data-uri encoded-text executable'],
  [data('image/png', '#! /bin/sh'), 'image/png 10 data-uri encoded-text executable mismatch'],
  [data('image/png', JPEG), 'image/png 12 data-uri mismatch'],
  [data('image/png', ZIP), 'image/png 8 data-uri mismatch'],
  [data('text/plain', ZIP), 'text/plain 8 data-uri mismatch'],
  [data('image/webp', '%PDF-1.7'), 'image/webp 8 data-uri encoded-text mismatch'],
  ['data:text/xml,<?xml version="1.0"?><a/>', 'text/xml 25 data-uri'],
  ['data:text/xml,<a><script/></a>', 'text/xml 16 active data-uri'],
  ['data:text/xml,<a><x:script xmlns:x="y"/></a>', 'text/xml 30 active data-uri'],
  ['data:text/xml,<?xml-stylesheet href="x"?><a/>', 'text/xml 31 active data-uri'],
  ['data:application/rss+xml,<a onclick = "x"/>', 'application/rss+xml 18 active data-uri'],
  [
    'data:text/plain,<?xml version="1.0"?><a onload="x"/>',
    'text/plain 36 active data-uri mismatch',
  ],
  ['data:', 'unparsable'],
  ['data:text/html', 'unparsable'],
  ['data:text/html;base64', 'unparsable'],
  ['data:html,x', 'unparsable'],
  ['data:text/html;x,y', 'unparsable'],
  ['data:%74ext/html,x', 'unparsable'],
  ['data:te\nxt/h\ttml\n,x', 'text/html 1 active data-uri'],
  ['data:text/plain;base64,a', 'unparsable'],
  ['data:text/plain;base64,aGk-', 'unparsable'],
  ['data:text/plain;base64,aG=k', 'unparsable'],
  ['data:text/plain;base64,aGk==', 'unparsable'],
  ['data:text/plain;base64,<b>', 'unparsable'],
]

/** `data:` URLs that are what they say. */
const BENIGN: readonly (readonly [text: string, said: string])[] = [
  ['data:,', 'text/plain 0 data-uri'],
  ['data:,hello%20world', 'text/plain 11 data-uri'],
  ['data:,100%', 'text/plain 4 data-uri'],
  ['data:,a,b', 'text/plain 3 data-uri'],
  ['data:;charset=utf-8,é', 'text/plain 2 data-uri'],
  ['data:text/plain,a < b', 'text/plain 5 data-uri'],
  ['data:text/plain,MZ is a format', 'text/plain 14 data-uri'],
  ['data:application/json,{"a":1}', 'application/json 7 data-uri'],
  ['data:text/markdown,#! title', 'text/markdown 8 data-uri'],
  [data('image/png', PNG), 'image/png 16 data-uri'],
  [data('image/jpeg', JPEG), 'image/jpeg 12 data-uri'],
  [data('image/gif', 'GIF89a\0'), 'image/gif 7 data-uri'],
  [data('application/pdf', '%PDF-1.7\n\0'), 'application/pdf 10 data-uri'],
  [data('application/zip', ZIP), 'application/zip 8 data-uri'],
  [data('application/epub+zip', ZIP), 'application/epub+zip 8 data-uri'],
  [
    data('application/vnd.oasis.opendocument.text', ZIP),
    'application/vnd.oasis.opendocument.text 8 data-uri',
  ],
  [data('application/octet-stream', ZIP), 'application/octet-stream 8 data-uri'],
  [data('application/octet-stream', Buffer.from([0, 1])), 'application/octet-stream 2 data-uri'],
  [data('image/webp', Buffer.from('524946460000000057454250', 'hex')), 'image/webp 12 data-uri'],
  [data('font/woff2', Buffer.from('774f463200010000', 'hex')), 'font/woff2 8 data-uri'],
  [data('image/png', ''), 'image/png 0 data-uri'],
]

test.each([...TYPES, ...ATTACKS, ...BENIGN])('%j: %s', (text, expected) => {
  expect(said(text)).toBe(expected)
})

describe('declared', () => {
  test.each([
    [null, 'is not a text'],
    [1, 'is not a text'],
    [{}, 'is not a text'],
    [['text/plain', 1], 'is not a text'],
    ['x', 'is not a media type'],
    ['data:x', 'is not a data: URL with a media type'],
    ['data:;base64,!', 'does not hold Base64'],
    [Array(1_001).fill('text/plain'), 'more than 1000 media types'],
  ])('%j: %s', (value, unparsable) => {
    expect(mediaAnalyser.declared(value, place)).toEqual({ unparsable })
  })

  test('each item of a list has its place', () => {
    expect(mediaAnalyser.declared(['text/plain', 'data:,x'], place)).toEqual({
      facts: [
        { at: '/type/0', origin: 'declared', flags: [], type: 'text/plain' },
        { at: '/type/1', origin: 'declared', flags: ['data-uri'], type: 'text/plain', bytes: 1 },
      ],
    })
  })
})

describe('found', () => {
  const found = (text: string): readonly string[] =>
    mediaAnalyser
      .found(text, place)
      .map(({ type, bytes, flags }) => [type, bytes, ...flags].join(' '))

  test.each<[text: string, ...found: string[]]>([
    ['image/svg+xml', 'image/svg+xml  active'],
    ['text/plain; charset=utf-8', 'text/plain '],
    ['data:text/html,<b> x', 'text/html 5 active data-uri'],
    [' DATA:text/html,x', 'text/html 1 active data-uri'],
    ['go to data:text/html,<b>x now', 'text/html 0 active data-uri'],
    ['<img src="data:image/png,<svg onload=x>">', 'image/png 14 active data-uri mismatch'],
    ["<img src='data:text/html,a b'>", 'text/html 3 active data-uri'],
    ['![x](data:text/html;base64,PGI+)', 'text/html 3 active data-uri encoded-text'],
    ['[x]: data:;base64,aGk= "title"', 'text/plain 2 data-uri encoded-text'],
    ['url(data:image/gif,GIF89a) url(data:,x)', 'image/gif 6 data-uri', 'text/plain 1 data-uri'],
    ['"data:text/html;base64,?"', 'text/html  active data-uri malformed'],
    ['x data:text/html;charset="utf-8",y', 'text/html 1 active data-uri'],
    [''],
    ['text'],
    ['src/app.ts'],
    ['and/or'],
    ['a text/html page'],
    ['data: none, of this'],
    ['the data:image is here'],
    ['metadata:text/html,x'],
    ['my-data:text/html,x'],
    ['data: see data:text/html,x', 'text/html 1 active data-uri'],
    ['data:x data:y data:,z', 'text/plain 1 data-uri'],
    ['{"data":"text/html,x"}'],
  ])('%j: %j', (text, ...expected) => {
    expect(found(text)).toEqual(expected)
  })

  test('a text has 64 at most', () => {
    expect(found(`x ${'data:,x '.repeat(1_000)}`)).toHaveLength(64)
  })
})

describe('bounds', () => {
  const MEGA = 1_048_576
  // Each of these would take quadratic time or worse in an expression that backtracks.
  test.each([
    'data:',
    'data:,',
    ' data:,',
    '"data:,',
    '(data:,',
    'data:text/html',
    ';',
    'a/',
    'text/plain;a=b',
    'a;a=',
    '"',
    '<',
    ' ',
    '%',
    '%4',
    '<a ',
    ' on',
    ' onx ',
    '<!--',
    '=',
    'MZ',
    '\0',
    'data:;base64,',
    'A',
  ])('%j a million times', (unit) => {
    const text = unit.repeat(Math.floor(MEGA / unit.length))
    for (const prefix of [
      '',
      'x ',
      'data:text/xml,',
      'data:text/xml;base64,',
      'x "data:text/xml,',
      'text/plain;',
    ]) {
      mediaAnalyser.declared(prefix + text, place)
      expect(mediaAnalyser.found(prefix + text, place).length).toBeLessThanOrEqual(64)
    }
  })
})

describe('for all texts', () => {
  test('content comes out as it went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (bytes, base64) => {
        const content = Buffer.from(bytes)
        const escaped = content.toString('hex').replace(/../g, '%$&')
        const url = base64 ? data('x/y', content) : `data:x/y,${escaped}`
        for (const text of [url, `see "${url}"`])
          expect(mediaAnalyser.found(text, place)).toMatchObject([
            { type: 'x/y', bytes: bytes.length },
          ])
      }),
    )
  })

  test('it answers, with known flags, sorted', () => {
    const piece = fc.constantFrom(
      'data:',
      'text/html',
      'image/png',
      ';base64',
      ';charset=x',
      ',',
      '<svg>',
      '<?xml ',
      'aGk=',
      '%3c',
      '"',
      ' ',
      'GIF89a',
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(text, (value) => {
        const reading = mediaAnalyser.declared(value, place)
        const declared = 'facts' in reading ? reading.facts : []
        for (const { flags } of [...declared, ...mediaAnalyser.found(value, place)]) {
          expect(flags).toEqual([...new Set(flags)].sort())
          expect(Object.keys(MEDIA_FLAGS)).toEqual(expect.arrayContaining([...flags]))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
