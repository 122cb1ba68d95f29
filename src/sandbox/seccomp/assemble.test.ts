import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BpfProgram, type Label } from './assemble.ts'
import { runBpf } from './testing/run-bpf.ts'

const run = (program: Buffer, nr: number) => runBpf(program, { nr, arch: 0, args: [] })

test('jumps go where their labels are, however far', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1500 }), fc.boolean(), fc.boolean(), (gap, near, far) => {
      const program = new BpfProgram()
      const yes: Label = { name: 'yes' }
      const no: Label = { name: 'no' }
      program.load(0)
      program.compare('equal', 7, { ...(near && { whenTrue: yes }), ...(far && { whenFalse: no }) })
      for (let i = 0; i < gap; i += 1) program.end(100 + i)
      program.mark(yes)
      program.end(1)
      for (let i = 0; i < gap; i += 1) program.end(5000 + i)
      program.mark(no)
      program.end(2)
      const bytes = program.assemble()
      expect(run(bytes, 7)).toBe(near ? 1 : 100)
      expect(run(bytes, 8)).toBe(far ? 2 : 100)
    }),
  )
})

test('a jump that grows makes others too long, and they grow as well', () => {
  const program = new BpfProgram()
  const ends = [0, 1, 2].map((index): Label => ({ name: `end ${index}` }))
  program.load(0)
  for (const [index, label] of ends.entries()) program.compare('equal', index, { whenTrue: label })
  for (let i = 0; i < 253; i += 1) program.keepBits(0xffffffff)
  program.end(99)
  for (const [index, label] of ends.entries()) {
    program.mark(label)
    program.end(index)
  }
  const bytes = program.assemble()
  expect([0, 1, 2, 3].map((nr) => run(bytes, nr))).toEqual([0, 1, 2, 99])
})

test('comparisons', () => {
  const program = new BpfProgram()
  const high: Label = { name: 'high' }
  const odd: Label = { name: 'odd' }
  program.load(0)
  program.compare('at-least', 0x80000000, { whenTrue: high })
  program.compare('any-bit', 1, { whenTrue: odd })
  program.end(0)
  program.mark(odd)
  program.end(1)
  program.mark(high)
  program.end(2)
  const bytes = program.assemble()
  expect([4, 5, 0x80000000, 0xffffffff, 0x7fffffff].map((nr) => run(bytes, nr))).toEqual([
    0, 1, 2, 2, 1,
  ])
})

test('mistakes do not become programs', () => {
  const missing = new BpfProgram()
  missing.compare('equal', 1, { whenTrue: { name: 'nowhere' } })
  expect(() => missing.assemble()).toThrow('label `nowhere` is not marked')

  const back = new BpfProgram()
  const start: Label = { name: 'start' }
  back.mark(start)
  back.compare('equal', 1, { whenFalse: start })
  expect(() => back.assemble()).toThrow('label `start` lies behind a jump to it')

  const twice = new BpfProgram()
  twice.mark(start)
  twice.mark(start)
  expect(() => twice.assemble()).toThrow('label `start` is marked twice')

  const long = new BpfProgram()
  for (let i = 0; i < 4097; i += 1) long.end(0)
  expect(() => long.assemble()).toThrow('4097 instructions are more than the kernel takes')
})
