import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { CommandError } from '../command-error.ts'
import { readRecordings } from './read-traces.ts'

const TOOL = {
  suite: 'loom',
  name: 'weave',
  description: 'Weaves.',
  inputSchema: { type: 'object' },
}
const STEP = { phase: 'user', tool: 'weave', args: { yards: 3 }, result: 'done', error: null }
const TASK = { suite: 'loom', user_task: 'cloth', prompt: 'Weave three yards.', calls: [STEP] }
const TRACE = { ...TASK, injection_task: 'rags', goal: 'Weave rags.' }

const line = (value: unknown): string => `${JSON.stringify(value)}\n`
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'flows-tools.jsonl': line(TOOL),
  'flows-benign.jsonl': line(TASK),
  'flows-traces.jsonl': line(TRACE),
}

/** A folder of recordings; undefined takes a file out. */
function folder(change: Readonly<Record<string, string | Uint8Array | undefined>>): string {
  const path = mkdtempSync(join(tmpdir(), 'bailiwick-recordings-'))
  for (const [name, text] of Object.entries({ ...FILES, ...change }))
    if (text !== undefined) writeFileSync(join(path, name), text)
  return path
}

describe('recordings', () => {
  test('are read line by line, plain and packed alike', () => {
    const plain = readRecordings(folder({ 'flows-benign.jsonl': `\n${line(TASK)}\n${line(TASK)}` }))
    expect(plain.benign).toHaveLength(2)
    expect(plain.attacked).toMatchObject([
      { injection_task: 'rags', calls: [{ tool: 'weave', args: { yards: 3 } }] },
    ])
    expect(plain.tools).toEqual([TOOL])
    const packed = folder({
      'flows-benign.jsonl': undefined,
      'flows-benign.jsonl.gz': gzipSync(line(TASK) + line(TASK)),
    })
    expect(readRecordings(packed)).toEqual(plain)
  })

  test('keep results of any kind, and an error only where there was one', () => {
    const calls = [
      { ...STEP, result: { cloth: [1, null] } },
      { ...STEP, error: undefined },
      { ...STEP, error: 'the thread broke' },
    ]
    const [task] = readRecordings(folder({ 'flows-benign.jsonl': line({ ...TASK, calls }) })).benign
    expect(task?.calls.map(({ result, error }) => [result, error])).toEqual([
      [{ cloth: [1, null] }, undefined],
      ['done', undefined],
      ['done', 'the thread broke'],
    ])
  })

  test.each<[string, Parameters<typeof folder>[0], RegExp]>([
    ['no file', { 'flows-tools.jsonl': undefined }, /no `flows-tools\.jsonl` and no `flows-tools/],
    ['two of them', { 'flows-tools.jsonl.gz': gzipSync('') }, /flows-tools\.jsonl: .*there too/],
    ['no JSON', { 'flows-benign.jsonl': `${line(TASK)}{` }, /flows-benign\.jsonl:2: not JSON/],
    ['no object', { 'flows-tools.jsonl': '[]\n' }, /flows-tools\.jsonl:1: /],
    [
      'a call without a tool',
      { 'flows-traces.jsonl': line({ ...TRACE, calls: [STEP, { ...STEP, tool: 3 }] }) },
      /flows-traces\.jsonl:1: `calls\.1\.tool`/,
    ],
    [
      'a phase of nobody',
      { 'flows-traces.jsonl': line({ ...TRACE, calls: [{ ...STEP, phase: 'both' }] }) },
      /flows-traces\.jsonl:1: `calls\.0\.phase`/,
    ],
    ['an attack without a goal', { 'flows-traces.jsonl': line(TASK) }, /flows-traces\.jsonl:1: `/],
    [
      'a suite that no server can be called',
      { 'flows-tools.jsonl': line({ ...TOOL, suite: '../loom' }) },
      /flows-tools\.jsonl:1: `suite`: a suite is/,
    ],
    [
      'a tool that the suite lacks',
      { 'flows-benign.jsonl': line({ ...TASK, calls: [{ ...STEP, tool: 'spin\u001b' }] }) },
      /flows-benign\.jsonl:1: suite `loom` has no tool `spin\\u\{1b\}`/,
    ],
    [
      'a tool twice',
      { 'flows-tools.jsonl': line(TOOL) + line(TOOL) },
      /flows-tools\.jsonl:2: tool `weave` stands at .*flows-tools\.jsonl:1 too/,
    ],
    [
      'a packed file that is damaged',
      {
        'flows-tools.jsonl': undefined,
        'flows-tools.jsonl.gz': gzipSync(line(TOOL)).subarray(0, 20),
      },
      /flows-tools\.jsonl\.gz: it cannot be read: /,
    ],
    [
      'bytes that are no text',
      { 'flows-tools.jsonl': new Uint8Array([0x22, 0xff, 0x22]) },
      /flows-tools\.jsonl: it cannot be read: /,
    ],
  ])('say what is wrong: %s', (_, change, words) => {
    const read = (): unknown => readRecordings(folder(change))
    expect(read).toThrow(words)
    expect(read).toThrow(CommandError)
  })
})
