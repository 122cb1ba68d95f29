import { expect, test } from 'vitest'
import { ask, serveApi } from '../testing/served.ts'

serveApi()

test('the overview is for everybody who may look', async () => {
  for (const as of ['owner', 'runner', 'approver', 'auditor'])
    expect((await ask('GET', '/overview', { as })).json).toMatchObject({
      posture: [{ id: 'observe-only', severity: 'warning', fix: { page: '/servers' } }],
      traffic: {
        seconds: [{ calls: 3, denied: 2 }],
        day: { calls: 6, denied: 4, asked: 2, failed: 2 },
      },
      pendingApprovals: 2,
      servers: { total: 1, new: [{ name: 'files' }] },
    })
  expect((await ask('GET', '/overview', { as: 'eve' })).status).toBe(403)
})
