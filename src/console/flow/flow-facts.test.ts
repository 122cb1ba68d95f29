import { expect, test } from 'vitest'
import {
  type Flow,
  type FlowValue,
  steers,
  valuesAt,
  valuesBeside,
  worstFirst,
} from './flow-facts.ts'

const value = (at: string, origin: FlowValue['origin']): FlowValue => ({
  ...{ at, origin, role: 'selector', link: false, sightings: [], value: at },
})
const ALL = [
  value('/to/0', 'listed'),
  value('/to/1', 'untrusted'),
  value('/topic', 'members'),
  value('/inputResponses/a', 'subject'),
]
const FLOW = { values: ALL } as unknown as Flow
const places = (values: readonly FlowValue[]) => values.map(({ at }) => at)

test('values stand with their argument, the worst first, and none is lost', () => {
  expect(places(valuesAt(FLOW, '/to'))).toEqual(['/to/1', '/to/0'])
  expect(places(valuesAt(FLOW, '/topic'))).toEqual(['/topic'])
  expect(places(valuesBeside(FLOW, ['/to', '/topic']))).toEqual(['/inputResponses/a'])
  expect(valuesAt(undefined, '/to')).toEqual([])
})

test('what others may have chosen steers, but for plain content', () => {
  expect(places(worstFirst(ALL).filter(steers))).toEqual(['/to/1', '/topic'])
  const body = { ...value('/body', 'untrusted'), role: 'content' } as const
  expect([steers(body), steers({ ...body, link: true })]).toEqual([false, true])
})
