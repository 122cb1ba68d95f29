import { beforeEach, expect, test } from 'vitest'
import { recorder, SECRET, witnessed } from '../testing/records.ts'
import { ask, serveApi } from '../testing/served.ts'

serveApi()
beforeEach(() => {
  witnessed.length = 0
  recorder.broken = undefined
})

const PATHS = ['/calls/call-1/explanation', '/calls/call-1/replay'] as const
const DRAFT = { files: { 'a.cedar': 'permit (principal, action, resource);' } }

function put(path: (typeof PATHS)[number], as: string, bodies: boolean) {
  return path.endsWith('replay')
    ? ask('POST', path, { as, body: { ...DRAFT, ...(bodies ? { bodies } : {}) } })
    : ask('GET', `${path}${bodies ? '?bodies=true' : ''}`, { as })
}

test.each(PATHS)('%s says why, without what the call carried', async (path) => {
  for (const as of ['runner', 'approver', 'auditor', 'owner']) {
    const { json } = await put(path, as, false)
    expect(json.explanation).toMatchObject({
      verdict: 'deny',
      recorded: { verdict: 'permit' },
      policies: [
        {
          text: 'forbid (principal, action, resource);',
          clauses: [
            { decides: true, at: { start: 0, end: 6 }, reads: [{ path: 'context.args.sql' }] },
          ],
        },
      ],
      obstacles: [{ policy: 'no-secrets', because: [], remedy: 'ask' }],
    })
    expect(JSON.stringify(json)).not.toContain(SECRET)
  }
  // What a draft asks about a call is on record, the answer being one.
  for (const event of witnessed)
    expect(event).toMatchObject({
      ...{ event: 'record.revealed', target: 'call-1' },
      detail: { draft: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  expect(witnessed).toHaveLength(path.endsWith('replay') ? 4 : 0)
})

test.each(PATHS)('%s shows values to those who may read them, which is on record', async (path) => {
  const { json } = await put(path, 'auditor', true)
  expect(json.explanation.policies[0].clauses[0]).toMatchObject({
    fault: SECRET,
    reads: [{ value: SECRET }],
  })
  expect(witnessed).toMatchObject([{ event: 'record.revealed', target: 'call-1' }])
  witnessed.length = 0
  for (const as of ['runner', 'approver', 'eve'])
    expect((await put(path, as, true)).status).toBe(403)
  expect(witnessed).toEqual([])
})

test('a draft that cannot be read is its author’s fault', async () => {
  const body = { files: { 'bad.cedar': 'permit' } }
  const { json } = await ask('POST', '/calls/call-1/replay', { body })
  expect(json).toMatchObject({ code: 'params_invalid', detail: 'bad.cedar:1:1: no' })
})

test.each([{ '../a.cedar': '' }, { 'a.txt': '' }])('a draft has no file like %j', async (files) => {
  expect((await ask('POST', '/calls/call-1/replay', { body: { files } })).status).toBe(400)
})

test('a rule with arguments is for those who may read them', async () => {
  const rule = (as: string, more: object = {}) =>
    ask('POST', '/calls/call-1/rule', { as, body: { effect: 'forbid', ...more } })
  expect(JSON.parse((await rule('runner')).json.policy)).toEqual({
    id: 'forbid-call-1',
    effect: 'forbid',
    arguments: [],
  })
  expect(witnessed).toEqual([])
  expect((await rule('runner', { arguments: ['sql'] })).status).toBe(403)
  const { json } = await rule('owner', { arguments: ['sql'], policy: 'mine' })
  expect(JSON.parse(json.policy)).toMatchObject({ id: 'mine', arguments: ['sql'] })
  expect(witnessed).toMatchObject([{ event: 'record.revealed' }])
})
