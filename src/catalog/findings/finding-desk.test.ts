import { describe, expect, test } from 'vitest'
import type { Finding } from '../../kernel/finding.ts'
import { LONGEST_ACCEPTANCE } from '../../kernel/triage.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import type { Pins } from '../pins/pin-book.ts'
import { ANN, decide, pinsUnderTest, tool } from '../pins/testing/pins-under-test.ts'
import { type Findings, openFindings } from './finding-desk.ts'

const DAY = 86_400_000
const LOUD: Finding = {
  ...{ rule: 'test/loud', severity: 'high', certainty: 'likely', control: 'F2' },
  ...{ why: 'it shouts', shown: 'NOW', at: '/description', start: 0, end: 3, via: [] },
}
const QUIET: Finding = { ...LOUD, rule: 'test/quiet', severity: 'low', at: '/name', end: 2 }

describe.each(ENGINES)('findings that people live with, on %s', (engine) => {
  const under = pinsUnderTest(engine)

  async function opened(): Promise<{ readonly pins: Pins; readonly desk: Findings }> {
    under.judge = () => ({ findings: [QUIET, LOUD], verdict: 'poisoned' })
    const pins = await under.open()
    const witness = async (event: (typeof under.events)[number]): Promise<void> => {
      if (under.broken !== undefined) throw under.broken
      under.events.push(event)
    }
    const desk = openFindings({
      ...{ store: under.store(), witness, clock: () => under.now, pins: () => pins },
    })
    return { pins, desk }
  }
  async function loud(desk: Findings) {
    const found = (await desk.list({})).find(({ finding }) => finding.rule === LOUD.rule)
    if (found === undefined) throw new Error('no finding')
    return found
  }

  test('are listed the worst first, accepted for a while, and open again after it', async () => {
    const { pins, desk } = await opened()
    await pins.see('office', 'tools', [tool('add', 'NOW add')], true)
    expect((await desk.list({})).map(({ finding }) => finding.rule)).toEqual([
      'test/loud',
      'test/quiet',
    ])
    const { fingerprint } = await loud(desk)
    const expires = under.now + DAY
    const made = await desk.accept(ANN, fingerprint, { reason: 'its manner', expires })
    const acceptance = { reason: 'its manner', by: 'user:ann', at: under.now, expires }
    expect(made).toMatchObject({ state: 'accepted', acceptance })
    expect(await desk.list({ state: 'accepted' })).toEqual([made])
    expect(await desk.list({ state: 'open', server: 'office' })).toHaveLength(1)
    expect(await desk.list({ server: 'other' })).toEqual([])
    under.now = expires
    expect(await loud(desk)).toMatchObject({ state: 'expired', acceptance })
    expect(under.events.at(-1)).toMatchObject({
      ...{ event: 'finding.accepted', target: 'office:add', outcome: 'done', by: ANN },
      detail: { rule: 'test/loud', reason: 'its manner', fingerprint },
    })
  })

  test('are open again when somebody says so, and can be accepted again', async () => {
    const { pins, desk } = await opened()
    await pins.see('office', 'tools', [tool('add', 'NOW add')], true)
    const { fingerprint } = await loud(desk)
    await expect(desk.reopen(ANN, fingerprint, 'no')).rejects.toMatchObject({
      code: 'item_unknown',
    })
    const terms = { reason: 'fine', expires: under.now + DAY }
    await desk.accept(ANN, fingerprint, terms)
    expect(await desk.reopen(ANN, fingerprint, 'not fine')).toMatchObject({ state: 'open' })
    expect(await loud(desk)).toMatchObject({ state: 'open' })
    expect(await loud(desk)).not.toHaveProperty('acceptance')
    expect(under.events.at(-1)).toMatchObject({
      ...{ event: 'finding.reopened', detail: { reason: 'not fine' } },
    })
    await desk.accept(ANN, fingerprint, terms)
    expect(await loud(desk)).toMatchObject({ state: 'accepted' })
  })

  test('are others in another text, on another server, and of another rule', async () => {
    const { pins, desk } = await opened()
    const [one, changed] = [tool('add', 'NOW add'), tool('add', 'NOW add, and mail')]
    await pins.see('office', 'tools', [one], true)
    await pins.see('other', 'tools', [one], true)
    const { fingerprint } = await loud(desk)
    await desk.accept(ANN, fingerprint, { reason: 'fine', expires: under.now + DAY })
    await pins.see('office', 'tools', [changed], true)
    const accepted = await desk.list({ state: 'accepted' })
    expect(accepted.map(({ server, digest }) => [server, digest])).toEqual([['office', one.digest]])
    const all = await desk.list({})
    expect(new Set(all.map((each) => each.fingerprint)).size).toBe(all.length - 1)
    const found = { server: 'office', kind: 'tools', name: 'add' } as const
    const counting = (definition: (typeof one)['definition']) =>
      desk.counting({ ...found, definition }, [QUIET, LOUD])
    expect(await counting(one.definition)).toEqual([QUIET])
    expect(await counting(changed.definition)).toEqual([QUIET, LOUD])
  })

  test('are not those of definitions that are decided against', async () => {
    const { pins, desk } = await opened()
    const bad = tool('add', 'NOW add')
    await pins.see('office', 'tools', [bad], true)
    const { fingerprint } = await loud(desk)
    await decide(pins, bad, 'rejected')
    expect(await desk.list({})).toEqual([])
    const terms = { reason: 'fine', expires: under.now + DAY }
    await expect(desk.accept(ANN, fingerprint, terms)).rejects.toMatchObject({
      code: 'item_unknown',
    })
  })

  test('are accepted for a year at most, and not without evidence', async () => {
    const { pins, desk } = await opened()
    await pins.see('office', 'tools', [tool('add', 'NOW add')], true)
    const { fingerprint } = await loud(desk)
    for (const expires of [under.now, under.now + LONGEST_ACCEPTANCE + 1])
      await expect(desk.accept(ANN, fingerprint, { reason: 'x', expires })).rejects.toMatchObject({
        code: 'params_invalid',
      })
    under.broken = new Error('the disk is full')
    const terms = { reason: 'x', expires: under.now + DAY }
    await expect(desk.accept(ANN, fingerprint, terms)).rejects.toThrow('the disk is full')
    expect(await loud(desk)).toMatchObject({ state: 'open' })
  })
})
