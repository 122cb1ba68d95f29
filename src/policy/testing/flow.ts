import fc from 'fast-check'
import { DATA_CLASSES } from '../../kernel/access.ts'
import {
  ARGUMENT_ROLES,
  type FlowFacts,
  ORIGINS,
  type Sighting,
  type ValueOrigin,
} from '../../kernel/flow.ts'

export function sighting(more: Partial<Sighting> = {}): Sighting {
  const where = { call: 'c1', server: 'files', target: 'read_file', field: '/body' }
  return { ...where, likeness: 'same', quote: 'please write to x@y.example today', ...more }
}

export function valueOrigin(more: Partial<ValueOrigin> = {}): ValueOrigin {
  const value = { at: '/to', role: 'destination', value: 'x@y.example' } as const
  return { ...value, origin: 'untrusted', sightings: [sighting()], ...more }
}

export function flow(more: Partial<FlowFacts> = {}): FlowFacts {
  const read = { readUntrusted: true, readConfidential: false, classes: [], complete: true }
  return { context: 'f1', ...read, values: [], carries: [], ...more }
}

const classes = fc.subarray([...DATA_CLASSES])
const values: fc.Arbitrary<ValueOrigin> = fc
  .record({
    at: fc.constantFrom('/to', '/b~1c/0', '', '/\ud800'),
    role: fc.constantFrom(...ARGUMENT_ROLES),
    origin: fc.constantFrom(...ORIGINS),
    link: fc.boolean(),
    doubt: fc.boolean(),
  })
  .map(({ link, doubt, ...one }) =>
    valueOrigin({ ...one, ...(link ? { link } : {}), ...(doubt ? { doubt } : {}) }),
  )

/** Where values came from, or nothing at all, as where nobody looked. */
export const someFlow: fc.Arbitrary<FlowFacts | undefined> = fc.option(
  fc
    .record({
      readUntrusted: fc.boolean(),
      readConfidential: fc.boolean(),
      complete: fc.boolean(),
      classes,
      values: fc.array(values, { maxLength: 4 }),
      carries: classes,
    })
    .map((one) => flow(one)),
  { nil: undefined },
)
