import { expect, test } from 'vitest'
import type { EvidenceRow } from '../calls/ports.ts'
import { definitionNewsOf } from './news.ts'

const row = (target: string, body: object, outcome = 'done'): EvidenceRow =>
  ({ kind: 'event', call: 'e-1', target, outcome, body }) as unknown as EvidenceRow

test('pages hear of what waits and what was decided, and of no reasons', () => {
  const detail = { kind: 'tools', cause: 'changed', count: 2, reason: 'a secret thought' }
  expect(definitionNewsOf(row('definition.quarantined', { target: 'office:add', detail }))).toEqual(
    {
      ...{ kind: 'server', id: 'office' },
      data: {
        ...{ about: 'definitions', server: 'office', what: 'quarantined', target: 'office:add' },
        ...{ kind: 'tools', cause: 'changed', count: 2 },
      },
    },
  )
  expect(definitionNewsOf(row('finding.accepted', { target: 'office' }))).toMatchObject({
    data: { what: 'accepted', server: 'office' },
  })
  expect(definitionNewsOf(row('definition.approved', { target: 'office' }, 'refused'))).toBe(
    undefined,
  )
  expect(definitionNewsOf(row('login.failed', { target: 'office' }))).toBe(undefined)
  expect(definitionNewsOf({ ...row('definition.approved', {}), kind: 'outcome' })).toBe(undefined)
})
