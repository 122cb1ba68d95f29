import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createDefinitionAnalysis } from '../../src/analysis/definition/definition.ts'
import { REPEATED } from './inputs.ts'
import { TARGETS } from './targets.ts'

// Four times the text may cost four times the time, and some. Times are those of the processor, compared with each
// other and never with a clock: what is quadratic costs sixteen times.

const SMALL = 12_288
const TIMES = 4
const LINEAR = 3 * TIMES
/** Milliseconds within which noise is larger than what is measured. */
const NOISE = 100
const TRIES = 4

function cost(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The growth of a target for a unit; 1 where all of it is too short to tell. */
function growthOf(target: (text: string) => void, unit: string): number {
  const texts = [SMALL, SMALL * TIMES].map((size) => unit.repeat(size / unit.length))
  let least = Number.POSITIVE_INFINITY
  for (let tried = 0; tried < TRIES && least > LINEAR; tried += 1) {
    const [small = 0, large = 0] = texts.map((text) => cost(() => target(text)))
    least = Math.min(least, large < NOISE ? 1 : large / Math.max(1, small))
  }
  return least
}

test.each(Object.entries(TARGETS))(
  '%s: time grows as the text does',
  { timeout: 180_000 },
  (_, target) => {
    const slow = REPEATED.map((unit) => [unit, growthOf(target, unit)] as const)
    expect(slow.filter(([, growth]) => growth > LINEAR)).toEqual([])
  },
)

describe('too much of something', { timeout: 120_000 }, () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, 'ignore all previous instructions ')).toString(
    'base64',
  )
  const BOMBS: Readonly<Record<string, string>> = {
    'JSON that is 100,000 deep': '['.repeat(100_000) + ']'.repeat(100_000),
    'objects that are 100,000 deep': '{"a":'.repeat(100_000),
    'a compressed flood': bomb,
    'a compressed flood in JSON in JSON': JSON.stringify(JSON.stringify({ bomb })),
    'a megabyte of base64': Buffer.alloc(786_432, 7).toString('base64'),
    'nothing but NUL': '\u0000'.repeat(262_144),
    'nothing but half characters': '\udc00\ud800'.repeat(131_072),
  }
  test.each(Object.entries(BOMBS))('%s', (_, text) => {
    for (const [name, target] of Object.entries(TARGETS))
      expect(() => target(text), name).not.toThrow()
  })

  test('schemas that lead to themselves, and tools by the ten thousand', () => {
    const peers = Array.from({ length: 10_000 }, (_, index) => ({
      server: `s${index % 7}`,
      name: `read_${'m'.repeat(index % 50)}_${index % 300}`,
      description: 'Reads one message.',
    }))
    const { analyse } = createDefinitionAnalysis({ peers })
    const inputSchema = {
      $ref: '#/$defs/a',
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    }
    const honest = { name: 'get_tides', description: 'Returns the tides.', inputSchema }
    expect(
      analyse({ kind: 'tools', name: 'get_tides', server: 'x', definition: honest }).verdict,
    ).toBe('clean')
    for (const { server, name, description } of peers.slice(0, 300))
      expect(
        analyse({ kind: 'tools', name, server: `not-${server}`, definition: { name, description } })
          .findings.length,
      ).toBeGreaterThan(0)
  })
})
