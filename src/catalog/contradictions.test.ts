import { describe, expect, test } from 'vitest'
import type { ToolEffect } from '../kernel/access.ts'
import type { Override, ToolClaims } from './classify.ts'
import { contradictionsOf } from './contradictions.ts'

function tool(name: string, properties: readonly string[], annotations = {}): ToolClaims {
  const declared = Object.fromEntries(properties.map((each) => [each, { type: 'string' }]))
  return { name, annotations, inputSchema: { type: 'object', properties: declared } }
}

function override(...effects: readonly ToolEffect[]): Override {
  return { effects, reversible: false, risk: 'low', reads: [], trust: 'untrusted' }
}

describe('what a server claims', () => {
  test.each([
    ['delete_file', ['path'], { readOnlyHint: true }, 'claims_read_only', ['delete'], []],
    [
      'get_status',
      ['command'],
      { readOnlyHint: true },
      'claims_read_only',
      ['execute'],
      ['command'],
    ],
    [
      'save',
      ['path', 'content'],
      { readOnlyHint: true },
      'claims_read_only',
      ['write'],
      ['path', 'content'],
    ],
    ['wipe_disk', [], { destructiveHint: false }, 'claims_not_destructive', ['delete'], []],
    ['read_page', ['url'], { openWorldHint: false }, 'claims_closed_world', ['send'], ['url']],
    [
      'send_mail',
      ['to', 'body'],
      { openWorldHint: false },
      'claims_closed_world',
      ['send'],
      ['to', 'body'],
    ],
  ] as const)('%s: %j does not fit %j', (name, args, annotations, problem, effects, shown) => {
    expect(contradictionsOf(tool(name, args, annotations))).toEqual([
      { problem, effects, arguments: shown },
    ])
  })

  test.each([
    ['read_file', ['path'], { readOnlyHint: true, openWorldHint: false }],
    ['fetch_page', ['url'], { readOnlyHint: true, openWorldHint: true }],
    ['write_file', ['path', 'content'], { readOnlyHint: false, destructiveHint: false }],
    ['frobnicate', ['id'], { readOnlyHint: true, destructiveHint: false, openWorldHint: false }],
    ['delete_file', ['path'], {}],
    ['delete_file', ['path'], { readOnlyHint: 'true', destructiveHint: 0 }],
  ] as const)('%s(%j) fits %j', (name, args, annotations) => {
    expect(contradictionsOf(tool(name, args, annotations))).toEqual([])
  })
})

describe('what the operator says', () => {
  test('is a finding where name or arguments say more', () => {
    expect(contradictionsOf(tool('delete_file', ['path']), override('read'))).toEqual([
      { problem: 'class_below_evidence', effects: ['delete'], arguments: [] },
    ])
    expect(contradictionsOf(tool('get_rows', ['sql']), override('read'))).toEqual([
      { problem: 'class_below_evidence', effects: ['execute'], arguments: ['sql'] },
    ])
  })

  test('is none where it says as much, or nobody knows', () => {
    expect(contradictionsOf(tool('delete_file', []), override('delete', 'write'))).toEqual([])
    expect(contradictionsOf(tool('frobnicate', ['id']), override('read'))).toEqual([])
    expect(contradictionsOf(tool('read_file', ['path']), override('read', 'execute'))).toEqual([])
  })
})
