import { describe, expect, test } from 'vitest'
import { sanitizeDefinition } from './sanitize.ts'

const HIDDEN = 'a\u200b\u{e0041}\u001b[8mb'
const options = { maxText: 100 }

describe('what a model gets', () => {
  test('texts without what nobody sees', () => {
    const definition = {
      name: 'x',
      title: HIDDEN,
      description: HIDDEN,
      inputSchema: { properties: { title: { type: 'string', description: HIDDEN } } },
    }
    expect(sanitizeDefinition(definition, options)).toEqual({
      name: 'x',
      title: 'ab',
      description: 'ab',
      inputSchema: { properties: { title: { type: 'string', description: 'ab' } } },
    })
  })

  test('what programs mean stays as it is', () => {
    const definition = {
      name: HIDDEN,
      inputSchema: {
        $ref: `#/$defs/${HIDDEN}`,
        properties: {
          [HIDDEN]: { enum: [HIDDEN], const: HIDDEN, default: HIDDEN, pattern: HIDDEN },
          description: { type: 'string', examples: [{ description: HIDDEN }] },
        },
        required: [HIDDEN],
      },
    }
    expect(sanitizeDefinition(definition, options)).toBe(definition)
  })

  test('the same object when nothing changes', () => {
    const definition = { name: 'x', description: 'Plain.', inputSchema: { properties: { a: {} } } }
    expect(sanitizeDefinition(definition, options)).toBe(definition)
  })

  test('what is too long is cut, and says so', () => {
    const { description } = sanitizeDefinition({ description: '😀'.repeat(500) }, options)
    expect(description.length).toBeLessThanOrEqual(100)
    expect(description).toMatch(/… \[shortened\]$/)
    expect(description.isWellFormed()).toBe(true)
  })

  test('instructions are a text themselves', () => {
    expect(sanitizeDefinition(HIDDEN, options)).toBe('ab')
  })
})
