import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ENGINES } from '../../src/store/testing/fresh-store.ts'
import { command } from '../faults/command.ts'
import { administering, calling, type Desk, openDesk } from './desk.ts'

// Gateways are processes of their own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const NO_MAIL = {
  'mail.cedar': `@id("no-mail") @reason("no mail today")
forbid (principal, action == Action::"call", resource == Tool::"office:send_message");
`,
}
const BROKEN = {
  'mail.cedar': '@id("no-mail") forbid (principal, action, resource) when { context.argz };',
}

describe.each(ENGINES)('policies of the console on %s', (engine) => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk(engine)
  })
  afterEach(() => desk.end())

  test('are saved, observed, enforced and taken back; after a restart what was in force is', async () => {
    const gateway = await desk.start('a')
    const admin = await administering(gateway)
    const before = (await admin('GET /policies')).json
    expect(before.rollout).toEqual({ seq: 0, version: 0, mode: 'enforce', by: '' })
    expect(
      before.policies.map(({ id, origin }: { id: string; origin: string }) => [id, origin]),
    ).toEqual([
      ['mail', 'file'],
      ['reads', 'file'],
    ])
    expect(await calling(gateway, 'send_message')).toBeUndefined()

    const saved = await admin('POST /policy-versions', {
      files: NO_MAIL,
      comment: 'quiet',
      base: 0,
    })
    expect(saved).toMatchObject({
      status: 201,
      json: { version: { version: 1, author: 'user:owner' } },
    })
    expect(await calling(gateway, 'send_message')).toBeUndefined()

    const observed = await admin('POST /policy-rollout', {
      version: 1,
      mode: 'observe',
      current: 0,
    })
    expect(observed.json.rollout).toMatchObject({ seq: 1, version: 1, mode: 'observe' })
    expect(await calling(gateway, 'send_message')).toBeUndefined()
    expect(await calling(gateway, 'read_note')).toBeUndefined()
    const meanwhile = (await admin('GET /policy-rollout/observed')).json.observed
    expect(meanwhile).toMatchObject({
      ...{ calls: 2, denied: 1, complete: true },
      by: [{ policy: 'no-mail', calls: 1 }],
    })

    const promoted = await admin('POST /policy-rollout/promote', { current: 1 })
    expect(promoted.json).toMatchObject({
      rollout: { seq: 2, mode: 'enforce' },
      observed: { denied: 1 },
    })
    expect(await calling(gateway, 'send_message')).toBe('policy_denied')
    expect(await calling(gateway, 'read_note')).toBeUndefined()
    const shown = (await admin('GET /policies/no-mail')).json.policy
    expect(shown).toMatchObject({
      ...{ origin: 'managed', file: 'mail.cedar', line: 1, mode: 'enforce', effect: 'forbid' },
      text: NO_MAIL['mail.cedar'].trim(),
    })
    expect((await admin('GET /policies')).json.hash).not.toBe(before.hash)

    const { hash } = (await admin('GET /policies')).json
    const linted = await command(join(desk.folder, 'a'), 'policy', 'lint', '--json')
    expect(JSON.parse(linted.stdout).policies).toBe(hash)
    expect(linted.output).toContain('version 1 of the policies of the console (enforce)')

    await gateway.stop()
    const again = await desk.start('a')
    expect(await calling(again, 'send_message')).toBe('policy_denied')
    const back = await administering(again)
    await back('POST /policy-rollout', { version: 0, mode: 'enforce', current: 2 })
    expect(await calling(again, 'send_message')).toBeUndefined()
    expect((await back('GET /policies')).json.hash).toBe(before.hash)
    const { items } = (await back('GET /policy-rollouts?limit=2')).json
    expect(items.map(({ version }: { version: number }) => version)).toEqual([0, 1])
    const events = (await back('GET /events?event=policy.activated')).json
    expect(events.items ?? events.events).toHaveLength(3)
  })

  test('with an error are refused with their place, and nothing changes', async () => {
    const gateway = await desk.start('a')
    const admin = await administering(gateway)
    const before = (await admin('GET /policies')).json
    const checked = await admin('POST /policy-drafts/check', { files: BROKEN })
    expect(checked.json).toMatchObject({
      loads: false,
      findings: [
        {
          origin: 'managed',
          file: 'mail.cedar',
          line: 1,
          column: 68,
          endColumn: 72,
          severity: 'error',
        },
      ],
    })
    const saved = await admin('POST /policy-versions', { files: BROKEN, base: 0 })
    expect(saved).toMatchObject({ status: 400, json: { code: 'params_invalid' } })
    expect(saved.json.detail).toContain('managed/mail.cedar:1:68')
    const twice = { 'more.cedar': '@id("mail") permit (principal, action, resource);' }
    expect((await admin('POST /policy-versions', { files: twice, base: 0 })).status).toBe(400)
    for (const name of ['../x.cedar', 'x.sh', 'a/b.cedar', '.cedar'])
      expect(
        (await admin('POST /policy-versions', { files: { [name]: '' }, base: 0 })).status,
      ).toBe(400)
    expect((await admin('GET /policy-versions')).json.items).toEqual([])
    expect((await admin('GET /policies')).json).toEqual(before)
    expect(await calling(gateway, 'send_message')).toBeUndefined()
  })

  test('drafts are compared, tried on recorded calls and tested, and are in force by none of it', async () => {
    const gateway = await desk.start('a')
    const admin = await administering(gateway)
    for (let index = 0; index < 5; index += 1) await calling(gateway, 'send_message')
    for (let index = 0; index < 3; index += 1) await calling(gateway, 'read_note')
    const draft = {
      files: {
        ...NO_MAIL,
        'mail.test.yaml': `name: mail\npolicies: own\ntests:\n  - { name: no mail, server: office, tool: send_message, expect: deny, by: [no-mail] }\n`,
      },
    }
    const diff = (await admin('POST /policy-drafts/diff', { ...draft, subjects: ['user:owner'] }))
      .json
    expect(diff.policies).toMatchObject([{ policy: 'no-mail', kind: 'added' }])
    expect(diff.access).toEqual([
      {
        ...{ subject: 'user:owner', target: 'office:send_message', by: ['no-mail'] },
        ...{ before: 'permit', after: 'never' },
      },
    ])
    const matrix = (await admin('POST /policy-matrix', draft)).json
    expect(
      matrix.cells.map(({ target, access }: Record<string, string>) => [target, access]),
    ).toEqual([
      ['office:read_note', 'permit'],
      ['office:send_message', 'never'],
    ])
    const tested = (await admin('POST /policy-drafts/test', draft)).json
    expect(tested).toMatchObject({
      files: [{ file: 'mail.test.yaml', tests: [{ name: 'no mail', passed: true }] }],
      uncovered: [],
    })
    const started = await admin('POST /policy-simulations', draft)
    expect(started.status).toBe(201)
    const { id } = started.json.simulation
    const done = await vi.waitFor(
      async () => {
        const { simulation } = (await admin(`GET /policy-simulations/${id}`)).json
        expect(simulation.state).toBe('done')
        return simulation
      },
      { timeout: 20_000, interval: 100 },
    )
    expect(done.result).toMatchObject({ calls: 8, same: 3, flipped: 5, others: 0 })
    expect(done.result.groups).toMatchObject([
      {
        ...{ from: 'permit', to: 'deny', target: 'office:send_message', calls: 5 },
        after: ['no-mail'],
      },
    ])
    expect(JSON.stringify(done)).not.toContain('ann@office.example')
    const words = (await admin('GET /policy-words?tool=office:send_message')).json
    expect(words.tools).toContain('office:send_message')
    expect(words.members.map(({ path }: { path: string }) => path)).toContain('context.args.to')
    expect((await admin('GET /policies')).json.rollout.seq).toBe(0)
    expect(await calling(gateway, 'send_message')).toBeUndefined()
  })
})

describe('two gateways on one database', () => {
  let desk: Desk
  beforeEach(async () => {
    desk = await openDesk('postgres')
  })
  afterEach(() => desk.end())

  test('what one puts in force, the other enforces soon; of several at once, one succeeds', async () => {
    const [first, second] = [await desk.start('a'), await desk.start('b')]
    const [one, two] = [await administering(first), await administering(second)]
    await one('POST /policy-versions', { files: NO_MAIL, base: 0 })
    const wish = { version: 1, mode: 'enforce', current: 0 }
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 === 0 ? one : two)('POST /policy-rollout', wish),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const rest = answers.filter(({ status }) => status !== 200)
    for (const { status, json } of rest)
      expect([status, json.code]).toEqual([412, 'version_conflict'])
    for (const gateway of [first, second])
      await vi.waitFor(
        async () => expect(await calling(gateway, 'send_message')).toBe('policy_denied'),
        {
          timeout: 10_000,
          interval: 100,
        },
      )
    const { json } = await two('GET /policy-rollouts')
    expect(json.items).toHaveLength(1)

    const classes = {
      effects: ['send'],
      reversible: false,
      risk: 'high',
      reads: [],
      trust: 'untrusted',
    }
    const line = 'PUT /servers/office/tools/read_note/classes'
    expect(await calling(second, 'read_note')).toBeUndefined()
    await one('POST /servers/office/refresh', {})
    expect((await one(line, { ...classes, version: 0 })).status).toBe(200)
    expect(await calling(first, 'read_note')).toBe('policy_denied')
    await vi.waitFor(async () => expect(await calling(second, 'read_note')).toBe('policy_denied'), {
      timeout: 10_000,
      interval: 100,
    })
  })
})
