import { ELSEWHERE, WHOLE } from './attacks.ts'
import { CARRIERS } from './carriers.ts'
import { DISGUISES, HONEST_WAYS } from './disguises.ts'
import { ATTACKS, HONEST } from './examples.ts'
import { ACTS, SAYINGS } from './goals.ts'
import { HONEST_ELSEWHERE, SENTENCES } from './honest.ts'
import { TEXTS } from './texts.ts'

/** A text that was made for training, of parts written by hand. */
export interface Made {
  readonly text: string
  readonly bad: boolean
  readonly kind: string
  /** Where what matters stands in it. */
  readonly start: number
  readonly end: number
}

/** With how many acts each way to say one is tried. */
const ACTS_EACH = 7
const HONEST_ACTS_EACH = 14
/** Ways that do not disguise anything come first in the list. */
const PLAIN = 7

/** Nobody's honest request follows the output of a program. */
const PROSE = CARRIERS.filter((carrier) => !/^(?:[a-z]+: |[{|<$]|20\d\d-|name,)/.test(carrier))

/** All made texts, always the same: each part in several carriers, each way with several acts. */
export function made(): readonly Made[] {
  const goals = [...ACTS, ...SAYINGS]
  const draw = numbers()
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)] as T
  const within = (said: string, kind: string, bad: boolean): Made => {
    const carrier = pick(bad ? CARRIERS : PROSE)
    const start = carrier.indexOf('@@')
    return { text: carrier.replace('@@', () => said), bad, kind, start, end: start + said.length }
  }
  const several = (list: readonly string[], copies: number, kind: string, bad: boolean) =>
    list.flatMap((said) => Array.from({ length: copies }, () => within(said, kind, bad)))
  const whole = (text: string): Made => ({
    text,
    bad: false,
    kind: 'text',
    start: 0,
    end: text.length,
  })
  return [
    ...DISGUISES.flatMap((way) =>
      Array.from({ length: ACTS_EACH }, () => within(said(way, pick(goals)), 'disguised', true)),
    ),
    ...ACTS.flatMap((act) => [
      within(said(pick(DISGUISES.slice(0, PLAIN)), act), 'plain', true),
      within(said(pick(DISGUISES.slice(0, PLAIN)), act), 'plain', true),
    ]),
    ...several([...WHOLE, ...ATTACKS], 3, 'whole', true),
    ...several(ELSEWHERE, 3, 'elsewhere', true),
    ...HONEST_WAYS.flatMap((way) =>
      Array.from({ length: HONEST_ACTS_EACH }, () =>
        within(said(way, pick(goals)), 'honest ways', false),
      ),
    ),
    ...several([...SENTENCES, ...HONEST], 3, 'honest', false),
    ...several(HONEST_ELSEWHERE, 3, 'honest elsewhere', false),
    ...TEXTS.map(whole),
    ...TEXTS.map((text) => whole(`${text}\n\n${pick(TEXTS)}`)),
    ...SENTENCES.map((one) =>
      whole(`${pick(SENTENCES)}\n${one}\n${pick(SENTENCES)}\n\n${pick(TEXTS)}`),
    ),
    ...CARRIERS.map((carrier) => whole(carrier.replace('@@', ''))),
  ]
}

/** Says an act in a way. */
function said(way: string, act: string): string {
  const large = act.slice(0, 1).toUpperCase() + act.slice(1)
  return way.replace('{do}', () => act).replace('{Do}', () => large)
}

/** Numbers below a bound that look drawn and never change. */
function numbers(): (below: number) => number {
  let state = 20_251_121
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
